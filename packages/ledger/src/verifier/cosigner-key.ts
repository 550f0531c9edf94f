import { LedgerError } from "../error.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { formatTypedKey, KEY_TYPE, parseTypedKey, type TypedKey } from "./typed-key.ts";

/** A public key by which the cosignatures of a witness are checked, and the name under which it cosigns. */
export interface CosignerKey {
  /** Eight hex digits. */
  readonly keyId: string;
  readonly name: string;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

/**
 * Reads the verifier key of a witness (https://c2sp.org/tlog-cosignature, "Format"). One for ML-DSA-44 is told apart
 * from one that is misspelt: nothing is wrong with it, we only cannot check its cosignatures.
 */
export async function parseCosignerKey(
  text: string,
  primitives: Primitives = webPrimitives,
): Promise<CosignerKey> {
  return asCosignerKey(await parseTypedKey(text, primitives));
}

/** Writes the verifier key of a witness. */
export async function formatCosignerKey(
  name: string,
  publicKey: Uint8Array,
  primitives: Primitives = webPrimitives,
): Promise<string> {
  return formatTypedKey({ name, publicKey, type: KEY_TYPE.cosignature }, primitives);
}

/** @throws LedgerError VERIFIER_KEY_MALFORMED when it is a key for something else, with what for. */
export function asCosignerKey({ type, ...key }: TypedKey): CosignerKey {
  if (type === KEY_TYPE.cosignature) return key;
  const why =
    type === KEY_TYPE.mlDsa44
      ? "it is for ML-DSA-44, which is not supported yet"
      : type === KEY_TYPE.ed25519
        ? "it is the key of a log"
        : "it is for another kind of signature";
  throw new LedgerError("VERIFIER_KEY_MALFORMED", `Not the key of a witness that we can check: ${why}`);
}
