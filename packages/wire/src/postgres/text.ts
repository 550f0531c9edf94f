import { isUtf8 } from "node:buffer";
import { WireError } from "../error.ts";

/** Starts every string that was not read as UTF-8. See {@link decodeText}. */
export const foreignTextMark = "\uFFFD";

/**
 * Reads text of the wire, whose encoding is the client's choice and unknown at this level.
 *
 * Valid UTF-8 is read as that. Anything else is read byte for byte as Latin-1, behind the mark U+FFFD; so is UTF-8
 * that begins with U+FFFD itself. The mark makes the reading reversible, and so two different byte strings never
 * become the same string: without it `C3 A9` and the Latin-1 byte `E9` would both be "é", and a client could prepare
 * one statement and run another of the same apparent name. It also keeps a SQL parser from accepting text
 * whose encoding was only guessed. Who knows the client's encoding decodes the raw bytes instead.
 */
export function decodeText(bytes: Buffer, start = 0, end: number = bytes.length): string {
  const text = bytes.toString("utf8", start, end);
  if (!text.includes(foreignTextMark)) return text;
  if (!text.startsWith(foreignTextMark) && isUtf8(bytes.subarray(start, end))) return text;
  return foreignTextMark + bytes.toString("latin1", start, end);
}

/** The exact inverse of {@link decodeText}; a string that it can never return is refused. */
export function encodeText(text: string): Buffer {
  if (!text.startsWith(foreignTextMark)) return encodeUtf8(text);
  const bytes = Buffer.from(text.slice(foreignTextMark.length), "latin1");
  if (decodeText(bytes) !== text)
    throw unencodable("is marked as foreign, but is not Latin-1 behind the mark");
  return bytes;
}

function encodeUtf8(text: string): Buffer {
  if (/\p{Surrogate}/u.test(text)) throw unencodable("contains half of a surrogate pair");
  return Buffer.from(text, "utf8");
}

function unencodable(why: string): WireError {
  return new WireError("TEXT_UNENCODABLE", `The text ${why}.`);
}
