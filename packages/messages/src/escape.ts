/**
 * What may not reach a screen as it is: control characters move the cursor or run commands of the terminal,
 * bidirectional ones reorder what is read, invisible ones hide, and line separators forge lines.
 */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Shows such characters by their numbers, `\u{202e}`: text from agents and databases passes here on its way out. */
export function escapeText(text: string): string {
  return text.replace(DANGEROUS, (found) => SHORT[found] ?? `\\u{${codePoint(found).toString(16)}}`);
}

/** A piece of a text: as it was, or one character that had to be shown by its number. */
export interface EscapedPart {
  readonly text: string;
  readonly isEscaped: boolean;
}

/** What `escapeText` shows, in pieces, for a screen that marks what it had to change. Joined, they are the same text. */
export function escapedParts(text: string): readonly EscapedPart[] {
  const parts: EscapedPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(DANGEROUS)) {
    if (index > end) parts.push({ text: text.slice(end, index), isEscaped: false });
    parts.push({ text: escapeText(found), isEscaped: true });
    end = index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isEscaped: false });
  return parts;
}

/**
 * One line of JSON for programs, which a terminal may show all the same. JSON has an escape of its own for every
 * character, so the value stays exactly what it was.
 */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(DANGEROUS, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

function codePoint(text: string): number {
  return text.codePointAt(0) as number;
}
