/**
 * Signed notes, by https://c2sp.org/signed-note:
 *
 *     <text, which may contain empty lines, and ends with a newline>
 *     <empty line>
 *     — <key name> <base64 of 4 bytes of key id, then the signature>
 *     …
 *
 * Valid UTF-8, without control characters below U+0020 other than the newline. The last empty line separates.
 */
import { LedgerError } from "../error.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { concatBytes, encodeHex } from "./bytes.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { isKeyName } from "./typed-key.ts";
import { encodeUtf8, textOf } from "./utf8.ts";
import type { VerifierKey } from "./verifier-key.ts";

/** The specification asks for 16 at least. More than this is an attempt to make us work. */
const SIGNATURES_MAX = 100;
/** In UTF-16 code units. 16 post-quantum signatures are about 80,000. */
const NOTE_LENGTH_MAX = 1_000_000;
const KEY_ID_BYTES = 4;

export interface NoteSignature {
  /** Eight hex digits. */
  readonly keyId: string;
  readonly name: string;
  readonly signature: Uint8Array;
}

/** A note whose form is right. Nothing is known about its signatures. */
export interface Note {
  readonly signatures: readonly NoteSignature[];
  /** What is signed, with its final newline. */
  readonly text: string;
}

export interface OpenedNote {
  readonly text: string;
  /** By keys that we do not know, and so worth nothing to us. */
  readonly unverified: readonly NoteSignature[];
  /** At least one. */
  readonly verified: readonly NoteSignature[];
}

/** Reads a note without checking a signature. */
export function parseNote(note: string | Uint8Array): Note {
  const whole = note.length > NOTE_LENGTH_MAX ? refuse("it is too long") : textOf(note);
  if (whole === undefined) return refuse("it is not UTF-8");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) refuse("it contains a control character");
  const separator = whole.lastIndexOf("\n\n");
  if (separator === -1 || !whole.endsWith("\n")) refuse("it has no signatures");
  const lines = whole
    .slice(separator + 2)
    .split("\n")
    .slice(0, -1);
  if (lines.length === 0) refuse("it has no signatures");
  if (lines.length > SIGNATURES_MAX) refuse("it has too many signatures");
  const signatures = lines.map(parseSignature);
  if (new Set(signatures.map(signerOf)).size !== signatures.length) refuse("a key has signed it twice");
  return { signatures, text: whole.slice(0, separator + 1) };
}

/** Writes a note; the reverse of `parseNote`. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(({ keyId, name, signature }) => {
    if (!/^[0-9a-f]{8}$/.test(keyId)) refuse("a key id is not eight hex digits");
    const id = Uint8Array.from(keyId.match(/../g)!, (byte) => Number.parseInt(byte, 16));
    return `— ${name} ${encodeBase64(concatBytes(id, signature))}\n`;
  });
  const note = `${text}\n${lines.join("")}`;
  // So that nothing is published that we would not read ourselves.
  if (parseNote(note).text !== text) refuse("its text does not end with a newline");
  return note;
}

/**
 * Reads a note and checks the signatures of the keys that we know. At least one must be there, and each must be right: a
 * known key with a wrong signature spoils the whole note. Signatures of other keys are passed over, even if they have
 * the name or the id of one that we know.
 */
export async function openNote(
  note: string | Uint8Array,
  verifierKeys: readonly VerifierKey[],
  primitives: Primitives = webPrimitives,
): Promise<OpenedNote> {
  const { signatures, text } = parseNote(note);
  const keys = new Map(verifierKeys.map((key) => [signerOf(key), key]));
  // Otherwise it would depend on their order which of the two decides.
  if (keys.size !== verifierKeys.length)
    throw new LedgerError("VERIFIER_KEY_MALFORMED", "Two keys share name and id");
  const message = encodeUtf8(text);
  const verified: NoteSignature[] = [];
  const unverified: NoteSignature[] = [];
  for (const signature of signatures) {
    const key = keys.get(signerOf(signature));
    if (key === undefined) unverified.push(signature);
    else if (await primitives.verifyEd25519(key.publicKey, message, signature.signature))
      verified.push(signature);
    else throw new LedgerError("NOTE_UNVERIFIED", `The signature of ${key.name} on the note is wrong`);
  }
  if (verified.length === 0)
    throw new LedgerError("NOTE_UNVERIFIED", "No key that we know has signed the note");
  return { text, unverified, verified };
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? refuse("a signature line is malformed");
  const bytes = decodeBase64(encoded!);
  if (!isKeyName(name!) || bytes === undefined || bytes.length <= KEY_ID_BYTES) {
    return refuse("a signature line is malformed");
  }
  return {
    keyId: encodeHex(bytes.subarray(0, KEY_ID_BYTES)),
    name: name!,
    signature: bytes.subarray(KEY_ID_BYTES),
  };
}

/** Name and id together say which key, and which algorithm. A name contains no plus. */
function signerOf({ keyId, name }: { readonly keyId: string; readonly name: string }): string {
  return `${name}+${keyId}`;
}

function refuse(why: string): never {
  throw new LedgerError("NOTE_MALFORMED", `Not a signed note: ${why}`);
}
