import { escapeText } from "./escape.ts";

/** Letters of scripts that have look-alikes of Latin ones, and forms of other widths. */
const LOOK_ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\uff01-\uff5e\u{1d400}-\u{1d7ff}]/u;
const LATIN = /\p{Script=Latin}/u;
/** What is read as one name. */
const WORD = /[\p{L}\p{M}\p{N}_$]+/gu;
/** Quotes, dashes, blanks and semicolons that are none for SQL. */
const FALSE_SIGN = /[\u00a0\u037e\u2000-\u200a\u2010-\u2015\u2018-\u201f\u202f\u205f\u3000\uff07\uff1b]/gu;

/** A text that somebody decides about: nothing of it is hidden, and what looks like something else is told. */
export interface Revealed {
  readonly text: string;
  /** Each a sentence without its full stop. */
  readonly warnings: readonly string[];
}

/**
 * Shows control, bidirectional, invisible and look-alike characters by their numbers. A word of one script is left as it is,
 * since people write in all of them; one that mixes scripts is not, and neither is a sign that only looks like one of SQL's.
 */
export function reveal(given: string): Revealed {
  const warnings: string[] = [];
  const mixed = given.replace(WORD, (word) => {
    if (!LATIN.test(word) || !LOOK_ALIKE.test(word)) return word;
    warnings.push(`a word has letters that only look like Latin ones: ${numbered(word, LOOK_ALIKE)}`);
    return numbered(word, LOOK_ALIKE);
  });
  const signs = mixed.replace(FALSE_SIGN, (sign) => {
    warnings.push(`a character only looks like a sign of SQL: ${codeOf(sign)}`);
    return codeOf(sign);
  });
  const lines = signs.split("\n").map((line) => escapeText(line));
  if (lines.join("\n") !== signs)
    warnings.push("it has characters that are not shown, or that reorder what is");
  return { text: lines.join("\n"), warnings: [...new Set(warnings)] };
}

function numbered(word: string, which: RegExp): string {
  return [...word].map((letter) => (which.test(letter) ? codeOf(letter) : letter)).join("");
}

function codeOf(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
