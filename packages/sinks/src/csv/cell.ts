import { escapeText } from "@custody/messages";

/**
 * What a spreadsheet takes for the beginning of a formula, the full-width forms of East Asian keyboards included.
 * Spaces before it do not make it harmless everywhere.
 */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/**
 * One cell as it may be opened by a spreadsheet or shown by a terminal: characters that move, hide or break lines are
 * shown by their numbers, and what would be a formula is made text by an apostrophe.
 */
export function cell(value: string | number | boolean | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const shown = escapeText(value);
  return FORMULA.test(shown) ? `'${shown}` : shown;
}
