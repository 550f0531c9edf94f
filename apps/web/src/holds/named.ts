import { sqlTokens } from "../detail/sql-tokens.ts";
import type { ShownStatement } from "./hold.ts";

/**
 * Which of these tables somebody who reads the statements finds in them. What else would change, changes by a foreign key,
 * a trigger or code, and is what a reader would miss. A name that only looks like one, in a text of its own, counts as
 * named: a name too many is marked, never one too few.
 */
export function namedIn(statements: readonly ShownStatement[]): (name: string) => boolean {
  const names = new Set(
    statements.flatMap(({ text }) =>
      sqlTokens(text)
        .filter(({ kind }) => kind === "name" || kind === "keyword")
        .map(({ text: name }) =>
          name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
        ),
    ),
  );
  return (name) => names.has(name);
}
