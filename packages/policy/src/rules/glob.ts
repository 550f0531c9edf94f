/** Says whether a text matches. */
export type Matches = (text: string) => boolean;

/**
 * Compiles a pattern in which `*` stands for any text, also none.
 *
 * By plain searching and not by a regular expression: the text is the agent's, and a regular expression with several
 * stars could be made to take very long.
 */
export function compileGlob(pattern: string, { ignoreCase }: { ignoreCase: boolean }): Matches {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const [first = "", ...rest] = fold(pattern).split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => fold(text) === first;
  return (text) => matchesParts(fold(text), first, rest, last);
}

function matchesParts(text: string, first: string, middle: readonly string[], last: string): boolean {
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of middle) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
