import { isUtf8 } from "node:buffer";
import { createHash, randomBytes, sign } from "node:crypto";
import { privateKeyOf, rawPublicKey } from "./ed25519.ts";

/** Signs checkpoints. An interface, so that ML-DSA-44 (type 0x06) can stand beside Ed25519 one day. */
export interface Signer {
  readonly name: string;
  /** `name+hash+key`, c2sp.org/signed-note. */
  readonly verifierKey: string;
  /** Eight hex digits, as in the verifier key. */
  readonly keyId: string;
  /** A complete signature line without its newline, over a note's text. */
  signatureLine(text: string): string;
  /** A signature over what cannot be a note's text: bytes that are not UTF-8. */
  sign(bytes: Uint8Array): Buffer;
}

export function newSignerSeed(): Buffer {
  return randomBytes(32);
}

/** An Ed25519 signer (type 0x01) from its 32-byte seed. */
export function ed25519Signer(name: string, seed: Buffer): Signer {
  const privateKey = privateKeyOf(seed);
  const typed = Buffer.concat([Buffer.of(1), rawPublicKey(privateKey)]);
  const keyId = createHash("sha256").update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return {
    keyId: keyId.toString("hex"),
    name,
    sign(bytes) {
      // Otherwise whoever chooses the bytes could have a checkpoint signed that was never published.
      if (isUtf8(bytes)) throw new RangeError("only signatureLine signs text");
      return sign(null, bytes, privateKey);
    },
    verifierKey: `${name}+${keyId.toString("hex")}+${typed.toString("base64")}`,
    signatureLine(text) {
      const signature = sign(null, Buffer.from(text), privateKey);
      return `— ${name} ${Buffer.concat([keyId, signature]).toString("base64")}`;
    },
  };
}
