/**
 * A SHA-256 digest on its way from `crypto.hash` into memory that is there already: its 32 bytes as the 16 code units of
 * a string, the lower byte first.
 *
 * Nobody should look at such a string. It is what is cheapest to get and to take apart: a Buffer costs four times the
 * hash itself, and every other text has more characters.
 */
import { type BinaryToTextEncoding, hash } from "node:crypto";

declare const digest: unique symbol;

/** No other string can be taken for one: a digest as hexadecimal or base64 would fit in every place and be wrong. */
export type Digest = string & { readonly [digest]: true };

/** In the place of one that is not known yet. */
export const NO_DIGEST = "" as Digest;

export const DIGEST_BYTES = 32;
/** How long its base64 is. */
export const DIGEST_CHARACTERS = 44;

const TWO_BYTES_PER_CHARACTER = "ucs2";

export function sha256(bytes: Uint8Array): Digest {
  // Node takes every encoding that a Buffer has; its types name a few of them only.
  return hash("sha256", bytes, TWO_BYTES_PER_CHARACTER as BinaryToTextEncoding) as Digest;
}

/** The digest that these bytes are. */
export function digestOf(bytes: Buffer): Digest {
  return bytes.toString(TWO_BYTES_PER_CHARACTER) as Digest;
}

/** The digest in memory of its own. */
export function digestBytes(digest: Digest): Buffer {
  return Buffer.from(digest, TWO_BYTES_PER_CHARACTER);
}

/** Writes the 32 bytes of a digest. */
export function putDigest(target: Uint8Array, offset: number, digest: Digest): void {
  if (offset + DIGEST_BYTES > target.length) throw new RangeError("a hash of 32 bytes does not fit here");
  for (let unit = 0, at = offset; unit < DIGEST_BYTES / 2; unit += 1, at += 2) {
    const two = digest.charCodeAt(unit);
    target[at] = two;
    target[at + 1] = two >> 8;
  }
}

/** Standard base64, of which a digest takes 43 characters and a padding. */
const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "latin1");
const PADDING = 0x3d;

/** Writes a digest as base64. */
export function putDigestText(target: Uint8Array, offset: number, digest: Digest): void {
  let at = offset;
  // Six bytes are three code units and eight characters.
  for (let unit = 0; unit < 15; unit += 3) {
    const first = digest.charCodeAt(unit);
    const second = digest.charCodeAt(unit + 1);
    const third = digest.charCodeAt(unit + 2);
    at = putGroup(target, at, ((first & 255) << 16) | (first & 0xff00) | (second & 255));
    at = putGroup(target, at, ((second >> 8) << 16) | ((third & 255) << 8) | (third >> 8));
  }
  const last = digest.charCodeAt(15);
  const group = ((last & 255) << 16) | (last & 0xff00);
  target[at] = ALPHABET[group >> 18] as number;
  target[at + 1] = ALPHABET[(group >> 12) & 63] as number;
  target[at + 2] = ALPHABET[(group >> 6) & 63] as number;
  target[at + 3] = PADDING;
}

function putGroup(target: Uint8Array, at: number, group: number): number {
  target[at] = ALPHABET[group >> 18] as number;
  target[at + 1] = ALPHABET[(group >> 12) & 63] as number;
  target[at + 2] = ALPHABET[(group >> 6) & 63] as number;
  target[at + 3] = ALPHABET[group & 63] as number;
  return at + 4;
}

/** The digest whose text was wanted last, and that text: mostly it is wanted again at once. */
let lastDigest = NO_DIGEST;
const lastText = Buffer.alloc(DIGEST_CHARACTERS);

/** Whether the base64 of a digest stands in `bytes` at `at`. */
export function isDigestText(bytes: Uint8Array, at: number, digest: Digest): boolean {
  remember(digest);
  for (let index = 0; index < DIGEST_CHARACTERS; index += 1)
    if (bytes[at + index] !== lastText[index]) return false;
  return true;
}

/** The base64 of a digest. */
export function digestText(digest: Digest): string {
  remember(digest);
  return lastText.toString("latin1");
}

function remember(digest: Digest): void {
  if (digest === lastDigest) return;
  putDigestText(lastText, 0, digest);
  lastDigest = digest;
}
