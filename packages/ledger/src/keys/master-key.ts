import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { LedgerError } from "../error.ts";

/** Wraps and unwraps the rows of a key ring. */
export interface MasterKey {
  /** `context` is authenticated: the same bytes are needed to unwrap. */
  wrap(secret: Uint8Array, context: Uint8Array): Buffer;
  /** @throws LedgerError MASTER_KEY_WRONG when key, bytes or context do not fit. */
  unwrap(wrapped: Uint8Array, context: Uint8Array): Buffer;
}

/** Without it, Node would take a shorter tag, which is easier to guess. */
const TAG = { authTagLength: 16 };

/**
 * AES-256-GCM under a key held in memory. The nonce is fresh from the system for each wrap: a restored snapshot of
 * a machine must not repeat one. A wrapped secret is nonce (12) ‖ ciphertext ‖ tag (16).
 *
 * @throws LedgerError MASTER_KEY_MALFORMED unless there are 32 bytes.
 */
export function masterKeyFromBytes(bytes: Uint8Array): MasterKey {
  if (bytes.length !== 32)
    throw new LedgerError("MASTER_KEY_MALFORMED", `a master key has 32 bytes, not ${bytes.length}`);
  const key = Buffer.from(bytes);
  return {
    wrap(secret, context) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce, TAG);
      cipher.setAAD(context);
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    unwrap(wrapped, context) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, wrapped.subarray(0, 12), TAG);
        decipher.setAAD(context);
        decipher.setAuthTag(wrapped.subarray(wrapped.length - 16));
        return Buffer.concat([decipher.update(wrapped.subarray(12, wrapped.length - 16)), decipher.final()]);
      } catch (cause) {
        throw new LedgerError("MASTER_KEY_WRONG", "the master key does not open this key", { cause });
      }
    },
  };
}
