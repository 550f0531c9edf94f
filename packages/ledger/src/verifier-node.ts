import { createPublicKey, hash, verify } from "node:crypto";
import type { Primitives } from "./verifier/primitives.ts";

/** The DER prefix of an Ed25519 public key in SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Node's own cryptography for the verifier: synchronous, and without the warning that Node 20 prints for Ed25519 in Web Crypto. */
export const nodePrimitives: Primitives = {
  sha256: (bytes) => Buffer.from(hash("sha256", bytes, "hex"), "hex"),
  verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    try {
      const key = createPublicKey({
        key: Buffer.concat([SPKI_PREFIX, publicKey]),
        format: "der",
        type: "spki",
      });
      return verify(null, message, key, signature);
    } catch {
      return false;
    }
  },
};
