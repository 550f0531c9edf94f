import { createHash, sign } from "node:crypto";
import { LedgerError } from "../error.ts";
import { privateKeyOf, rawPublicKey } from "../keys/ed25519.ts";
import { cosignedMessage, joinCosignature } from "../verifier/cosignature.ts";
import type { NoteSignature } from "../verifier/note.ts";
import { isKeyName, KEY_TYPE } from "../verifier/typed-key.ts";

/** Signs as a witness. Whether it should is decided before, by whoever calls it. */
export interface Cosigner {
  readonly name: string;
  /** Of type 0x04, c2sp.org/tlog-cosignature. */
  readonly verifierKey: string;
  cosign(checkpointText: string, timeS: number): NoteSignature;
}

/**
 * An Ed25519 cosigner from its 32-byte seed. A seed must have one name only: the cosignature does not say by whose name
 * it was made. @throws LedgerError VERIFIER_KEY_MALFORMED when nobody may be called so.
 */
export function ed25519Cosigner(name: string, seed: Uint8Array): Cosigner {
  if (!isKeyName(name))
    throw new LedgerError(
      "VERIFIER_KEY_MALFORMED",
      "A witness's name is empty, or contains a space or a plus",
    );
  const privateKey = privateKeyOf(seed);
  const typed = Buffer.concat([Buffer.of(KEY_TYPE.cosignature), rawPublicKey(privateKey)]);
  const keyId = createHash("sha256").update(`${name}\n`).update(typed).digest("hex").slice(0, 8);
  return {
    name,
    verifierKey: `${name}+${keyId}+${typed.toString("base64")}`,
    cosign(checkpointText, timeS) {
      const signature = sign(null, cosignedMessage(checkpointText, timeS), privateKey);
      return { keyId, name, signature: joinCosignature(timeS, signature) };
    },
  };
}
