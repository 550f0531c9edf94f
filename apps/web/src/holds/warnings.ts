import { reveal } from "@custody/messages";
import type { ShownHold } from "./hold.ts";

/** What hides or pretends anywhere in what is decided about: each a sentence without its full stop. */
export function warningsOf({
  asker,
  reasons,
  role,
  runs = [],
  searchPath,
  statements,
  target,
}: ShownHold): string[] {
  const texts = [
    ...statements.flatMap(({ parameters, text }) => [text, ...parameters.map(({ value = "" }) => value)]),
    ...runs,
    ...[role, searchPath, target.name, target.database, asker.agent, asker.human, ...reasons],
  ];
  return [...new Set(texts.flatMap((text) => reveal(text).warnings))];
}
