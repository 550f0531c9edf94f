/** Table C.1.2 of RFC 3454: spaces other than ASCII's, which become that one. */
const otherSpaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu;

/** Table B.1: characters that are mapped to nothing. U+200B is in both tables, and PostgreSQL makes it a space. */
const mappedToNothing =
  /[\u034F]|[\u180B-\u180D]|[\u200C-\u200D]|[\u00AD\u1806\u2060\uFEFF]|[\uFE00-\uFE0F]/gu;

/** Tables C.2 to C.9. */
const prohibitedRanges = [
  "\\p{Cc}\\u06DD\\u070F\\u180E\\u2028\\u2029\\u2061-\\u2063\\uFFF9-\\uFFFC\\u{1D173}-\\u{1D17A}", // C.2: controls
  "\\p{Co}\\p{Noncharacter_Code_Point}\\p{Cs}", // C.3 to C.5: private use, non-characters, surrogates
  "\\uFFFD\\u2FF0-\\u2FFB", // C.6 and C.7: no plain text, no canonical form
  "\\u0340\\u0341\\u200E\\u200F\\u202A-\\u202E\\u206A-\\u206F", // C.8: changes the display
  "\\u{E0001}\\u{E0020}-\\u{E007F}", // C.9: tags
];
const prohibited = new RegExp(`[${prohibitedRanges.join("")}]`, "u");

/**
 * Prepares a password for hashing: SASLprep (RFC 4013), as PostgreSQL does it.
 *
 * ASCII is left as it is. What SASLprep prohibits, and what becomes empty, is also left as it is instead of being
 * refused, since the server does the same. It is an approximation in two points. The server also leaves passwords
 * as they are that contain characters newer than Unicode 3.2 (of 2002), or that break the rules for right-to-left
 * text. So a correct password of these two kinds fails here if, besides, it contains something that NFKC changes.
 */
export function preparePassword(password: string): Buffer {
  const prepared = /^[\0-\x7f]*$/.test(password) ? password : prepareUnicode(password);
  return Buffer.from(prepared, "utf8");
}

/** Like the server, this looks for what is prohibited before normalizing, and not after it as the RFC would. */
function prepareUnicode(password: string): string {
  const mapped = password.replace(otherSpaces, " ").replace(mappedToNothing, "");
  return mapped === "" || prohibited.test(mapped) ? password : mapped.normalize("NFKC");
}
