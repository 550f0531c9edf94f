/** A statement of megabytes is searchable by its beginning: more of it would make the index large and slow. */
const TEXT_BYTES_MAX = 8 * 1024;

/** Stands in front of tokens that are no words, and never in a word. */
export const MARK = "\ue000";

/**
 * Text in the one form that is indexed and searched: without accents, and with nothing in it but words and spaces
 * beyond ASCII. The index's tokenizer takes ASCII letters and digits, in any case, and every other character as part of
 * a word. Scripts that write without spaces are taken character by character.
 */
export function plainText(text: string): string {
  if (!/[^\x01-\x7f]/.test(text)) return text;
  return text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{Mn}+/gu, "")
    .replace(/[^\x01-\x7f\p{L}\p{N}\p{Mc}]+/gu, " ")
    .replace(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu,
      " $& ",
    );
}

/** The words of a search, each as it stands in the index. Whatever is no letter or digit only divides them. */
export function wordsOf(text: string): string[] {
  const words =
    plainText(text)
      .toLowerCase()
      .match(/[a-z0-9\u0080-\u{10ffff}]+/gu) ?? [];
  return [...new Set(words)];
}

/** The beginning of a text, cut between characters. */
export function beginningOf(text: string): string {
  if (text.length * 3 <= TEXT_BYTES_MAX) return text;
  const bytes = Buffer.from(text.slice(0, TEXT_BYTES_MAX));
  if (bytes.length <= TEXT_BYTES_MAX) return text.slice(0, TEXT_BYTES_MAX);
  let end = TEXT_BYTES_MAX;
  while (((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
