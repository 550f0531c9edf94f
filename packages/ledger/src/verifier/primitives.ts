/**
 * The two pieces of cryptography that checking a ledger takes. They are a parameter because a browser only has them
 * asynchronously, while a program that checks millions of hashes wants the synchronous ones of its platform.
 */
export interface Primitives {
  sha256(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Whether `signature` is an Ed25519 signature (RFC 8032) of `message`. A malformed one is false, not an error. */
  verifyEd25519(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean>;
}

/** Web Crypto, which browsers and Node share. Ed25519 needs Chrome 137, Firefox 129, Safari 17 or Node 20. */
export const webPrimitives: Primitives = {
  async sha256(bytes) {
    return new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", unshared(bytes)));
  },

  async verifyEd25519(publicKey, message, signature) {
    const { subtle } = globalThis.crypto;
    try {
      const key = await subtle.importKey("raw", unshared(publicKey), "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", key, unshared(signature), unshared(message));
    } catch (error) {
      // A key that is not a point of the curve verifies nothing. A platform without Ed25519 must not look like that.
      if (error instanceof Error && error.name === "DataError") return false;
      throw error;
    }
  },
};

/** Web Crypto takes no shared memory, since another thread could change it while it is read. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes);
}
