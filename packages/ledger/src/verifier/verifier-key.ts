import { LedgerError } from "../error.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { formatTypedKey, KEY_TYPE, parseTypedKey } from "./typed-key.ts";

/** A public key by which notes are checked, and the name under which it signs. */
export interface VerifierKey {
  /** Eight hex digits. An identifier, not a fingerprint: anybody can make a key that has the same one. */
  readonly keyId: string;
  readonly name: string;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

/** Reads the verifier key of whoever signs notes. Ed25519 is the only type: fewer algorithms, fewer confusions. */
export async function parseVerifierKey(
  text: string,
  primitives: Primitives = webPrimitives,
): Promise<VerifierKey> {
  const { type, ...key } = await parseTypedKey(text, primitives);
  if (type !== KEY_TYPE.ed25519)
    throw new LedgerError("VERIFIER_KEY_MALFORMED", "Not a verifier key: it is not an Ed25519 key");
  return key;
}

/** Writes the verifier key of an Ed25519 public key. */
export async function formatVerifierKey(
  name: string,
  publicKey: Uint8Array,
  primitives: Primitives = webPrimitives,
): Promise<string> {
  return formatTypedKey({ name, publicKey, type: KEY_TYPE.ed25519 }, primitives);
}
