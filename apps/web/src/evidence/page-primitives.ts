import { type Primitives, webPrimitives } from "@custody/ledger/verifier";
import { hashes, verify } from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

hashes.sha512 = sha512;

/**
 * The cryptography of a page that was opened from disk. A browser may then hold back Web Crypto altogether, or lack
 * Ed25519, so the page brings its own. SHA-256 is always its own: there are thousands of hashes of a few bytes, and to
 * wait for each takes longer than to compute it.
 */
export const pagePrimitives: Primitives = {
  sha256: (bytes) => sha256(bytes),
  async verifyEd25519(publicKey, message, signature) {
    try {
      return await webPrimitives.verifyEd25519(publicKey, message, signature);
    } catch {
      return verifyHere(publicKey, message, signature);
    }
  },
};

/** By the strict rules of RFC 8032, as browsers have them. */
function verifyHere(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
