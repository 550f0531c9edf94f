import { LedgerError } from "../error.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { concatBytes, encodeHex } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";
import { encodeUtf8 } from "./utf8.ts";

/** A verifier key of whatever type: its form is right, and where the type is known its key id belongs to it. */
export interface TypedKey {
  /** Eight hex digits. An identifier, not a fingerprint: anybody can make a key that has the same one. */
  readonly keyId: string;
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly type: number;
}

/** The bytes that say what a key is for (https://c2sp.org/signed-note, "Signature types"); other types exist. */
export const KEY_TYPE = { ed25519: 0x01, cosignature: 0x04, mlDsa44: 0x06 } as const;

const KEY_BYTES: ReadonlyMap<number, number> = new Map([
  [KEY_TYPE.ed25519, 32],
  [KEY_TYPE.cosignature, 32],
  [KEY_TYPE.mlDsa44, 1312],
]);

/**
 * Reads a verifier key (https://c2sp.org/signed-note, "Verifier keys"):
 *
 *     <name>+<key id in hex>+<base64 of type and public key>
 */
export async function parseTypedKey(text: string, primitives: Primitives): Promise<TypedKey> {
  // Base64 can hold a plus itself, so only the first two separate.
  const [, name, keyId, encoded] =
    /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(text) ?? refuse("it does not have three parts");
  if (!isKeyName(name!)) refuse("its name is empty or contains a space");
  const typed = decodeBase64(encoded!);
  const type = typed?.[0];
  if (typed === undefined || type === undefined) return refuse("its key is not base64");
  const bytes = KEY_BYTES.get(type);
  if (bytes !== undefined && typed.length !== 1 + bytes) refuse("its key has the wrong length");
  // How a type that we do not know makes its ids is not ours to say: that for ECDSA hashes something else.
  if (bytes !== undefined && (await keyIdOf(name!, typed, primitives)) !== keyId)
    refuse("its key id does not match its key");
  return { keyId: keyId!, name: name!, publicKey: typed.subarray(1), type };
}

/** Writes a verifier key; the reverse of `parseTypedKey`. */
export async function formatTypedKey(
  { name, publicKey, type }: Omit<TypedKey, "keyId">,
  primitives: Primitives,
): Promise<string> {
  if (!isKeyName(name)) refuse("its name is empty, or contains a space or a plus");
  if (publicKey.length !== KEY_BYTES.get(type)) refuse("its key has the wrong length");
  const typed = concatBytes(Uint8Array.of(type), publicKey);
  return `${name}+${await keyIdOf(name, typed, primitives)}+${encodeBase64(typed)}`;
}

/** SHA-256(name || 0x0A || type || public key)[:4], in hex. */
async function keyIdOf(name: string, typed: Uint8Array, primitives: Primitives): Promise<string> {
  const digest = await primitives.sha256(concatBytes(encodeUtf8(`${name}\n`), typed));
  return encodeHex(digest.subarray(0, 4));
}

/** Whether a key may have this name: not empty, and without a Unicode space, a control character or a plus. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Surrogate}\u0000-\u001f+]+$/u.test(name);
}

function refuse(why: string): never {
  throw new LedgerError("VERIFIER_KEY_MALFORMED", `Not a verifier key: ${why}`);
}
