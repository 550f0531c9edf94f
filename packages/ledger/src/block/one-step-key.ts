import { type Digest, putDigest, sha256 } from "../merkle/digest.ts";
import { writeUint64 } from "../uint64.ts";

/** What makes the key of one sealed thing another than every other's. */
export interface SealIdentity {
  readonly ledgerId: Buffer;
  readonly epoch: number;
  readonly number: number;
  readonly key: Buffer;
}

/** The returned buffer is used again for the next key. */
export type OneStepKey = (identity: SealIdentity, plaintextDigest: Digest) => Buffer;

/**
 * Each sealed thing has a key of its own, so its nonce can be all zeroes: no key ever meets a second nonce.
 *
 * The key is the one-step derivation of NIST SP 800-56C (revision 2, section 4.1) with SHA-256 over fixed-length
 * fields: counter ‖ data key ‖ label ‖ ledger id ‖ epoch ‖ number ‖ SHA-256(plaintext). The digest makes even a
 * machine restored from a snapshot, which repeats epoch and number, use another key for another content. The label has
 * 16 characters and says what is sealed, so that a block and a parcel of the same number do not share a key.
 */
export function oneStepKey(label: string): OneStepKey {
  const derivation = Buffer.alloc(4 + 32 + 16 + 16 + 4 + 8 + 32);
  derivation.writeUInt32BE(1, 0);
  derivation.write(label, 36, "latin1");
  const derivedKey = Buffer.alloc(32);
  return ({ ledgerId, epoch, number, key }, plaintextDigest) => {
    derivation.set(key, 4);
    derivation.set(ledgerId, 52);
    derivation.writeUInt32BE(epoch, 68);
    writeUint64(derivation, number, 72);
    putDigest(derivation, 80, plaintextDigest);
    putDigest(derivedKey, 0, sha256(derivation));
    return derivedKey;
  };
}

/** The nonce of everything that has a key of its own. */
export const NONCE: Buffer = Buffer.alloc(12);
