/**
 * What a terminal shows nothing for: control sequences (ECMA-48), the strings of a terminal's title and links, and the
 * space with a carriage return by which a line editor goes on in the next line. One that is cut off counts as well.
 */
const escapes =
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}(?:[@-~]|$)|\x1b[\]PX^_][^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c|$)|\x1b[ -/]{0,8}(?:[0-~]|$)| \r(?!\n)/g;

/** A text without a terminal's escapes, and the way back to where its characters stood. */
export interface PlainText {
  readonly plain: string;
  /** Where the character with this index stood before. */
  readonly at: (index: number) => number;
}

/** Undefined when there is nothing to take out. */
export function withoutEscapes(text: string): PlainText | undefined {
  if (!text.includes("\x1b") && !text.includes("\x9b") && !text.includes(" \r")) return undefined;
  const kept: string[] = [];
  /** Of each piece: where it begins in the plain text, and where it stood. */
  const starts: number[] = [];
  const origins: number[] = [];
  let from = 0;
  let length = 0;
  const keep = (until: number) => {
    if (until === from) return;
    kept.push(text.slice(from, until));
    starts.push(length);
    origins.push(from);
    length += until - from;
  };
  for (const match of text.matchAll(escapes)) {
    keep(match.index);
    from = match.index + match[0].length;
  }
  keep(text.length);
  return { plain: kept.join(""), at: (index) => originOf(index, starts, origins) };
}

/** The escapes within a text, which are kept when what they stand in is not. */
export function escapesIn(text: string): string {
  return (text.match(escapes) ?? []).join("");
}

function originOf(index: number, starts: readonly number[], origins: readonly number[]): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= index) low = middle;
    else high = middle - 1;
  }
  return (origins[low] ?? 0) + index - (starts[low] ?? 0);
}
