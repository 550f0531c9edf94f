import { LedgerError } from "../error.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { concatBytes, encodeHex } from "./bytes.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { encodeUtf8 } from "./utf8.ts";

/** A public key by which notes are checked, and the name under which it signs. */
export interface VerifierKey {
  /** Eight hex digits. An identifier, not a fingerprint: anybody can make a key that has the same one. */
  readonly keyId: string;
  readonly name: string;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

/** The byte that says Ed25519. The only type we read: fewer algorithms, fewer confusions. */
const ED25519 = 0x01;
const PUBLIC_KEY_BYTES = 32;

/**
 * Reads a verifier key (https://c2sp.org/signed-note, "Verifier keys"):
 *
 *     <name>+<key id in hex>+<base64 of type and public key>
 */
export async function parseVerifierKey(
  text: string,
  primitives: Primitives = webPrimitives,
): Promise<VerifierKey> {
  // Base64 can hold a plus itself, so only the first two separate.
  const [, name, keyId, encoded] =
    /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(text) ?? refuse("it does not have three parts");
  if (!isKeyName(name!)) refuse("its name is empty or contains a space");
  const material = decodeBase64(encoded!);
  if (material?.[0] !== ED25519 || material.length !== 1 + PUBLIC_KEY_BYTES)
    refuse("it is not an Ed25519 key");
  const publicKey = material.subarray(1);
  if ((await ed25519KeyId(name!, publicKey, primitives)) !== keyId)
    refuse("its key id does not match its key");
  return { keyId, name: name!, publicKey };
}

/** Writes the verifier key of an Ed25519 public key. */
export async function formatVerifierKey(
  name: string,
  publicKey: Uint8Array,
  primitives: Primitives = webPrimitives,
): Promise<string> {
  if (!isKeyName(name)) refuse("its name is empty, or contains a space or a plus");
  if (publicKey.length !== PUBLIC_KEY_BYTES) refuse("it is not an Ed25519 key");
  const keyId = await ed25519KeyId(name, publicKey, primitives);
  return `${name}+${keyId}+${encodeBase64(concatBytes(Uint8Array.of(ED25519), publicKey))}`;
}

/** SHA-256(name || 0x0A || type || public key)[:4], in hex. */
async function ed25519KeyId(name: string, publicKey: Uint8Array, primitives: Primitives): Promise<string> {
  const digest = await primitives.sha256(
    concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(ED25519), publicKey),
  );
  return encodeHex(digest.subarray(0, 4));
}

/** Whether a key may have this name: not empty, and without a Unicode space, a control character or a plus. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Surrogate}\u0000-\u001f+]+$/u.test(name);
}

function refuse(why: string): never {
  throw new LedgerError("VERIFIER_KEY_MALFORMED", `Not a verifier key: ${why}`);
}
