import { sqlTokens } from "../detail/sql-tokens.ts";
import type { ShownHold } from "./hold.ts";

/**
 * Which of these tables somebody finds who reads the statements, and what they run that was prepared before. What else would change, changes by a foreign key,
 * a trigger or code, and is what a reader would miss. A name that only looks like one, in a text of its own, counts as
 * named: a name too many is marked, never one too few.
 */
export function namedIn({
  runs = [],
  statements,
}: Pick<ShownHold, "runs" | "statements">): (name: string) => boolean {
  const names = new Set(
    [...statements.map(({ text }) => text), ...runs].flatMap((text) =>
      sqlTokens(text)
        .filter(({ kind }) => kind === "name" || kind === "keyword")
        .map(({ text: name }) =>
          name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
        ),
    ),
  );
  return (name) => names.has(name);
}
