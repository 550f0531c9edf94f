import { createCipheriv, createDecipheriv } from "node:crypto";
import { LedgerError } from "../error.ts";
import { type Digest, putDigest, sha256 } from "../merkle/digest.ts";
import { writeUint64 } from "../uint64.ts";
import {
  BLOCK_HEADER_BYTES,
  BLOCK_TAG_BYTES,
  type OpenedBlock,
  readBlockHeader,
  splitPlaintext,
  writeBlockHeader,
} from "./block.ts";

/** What makes a block's name unique, and whose key seals it. */
export interface BlockIdentity {
  readonly ledgerId: Buffer;
  readonly epoch: number;
  readonly number: number;
  readonly keyId: string;
  readonly key: Buffer;
}

/**
 * Each block has a key of its own, so its nonce can be all zeroes: no key ever meets a second nonce.
 *
 * The key is the one-step derivation of NIST SP 800-56C (revision 2, section 4.1) with SHA-256 over fixed-length
 * fields: counter ‖ data key ‖ label ‖ ledger id ‖ epoch ‖ number ‖ SHA-256(plaintext). The digest makes even a
 * machine restored from a snapshot, which repeats epoch and number, use another key for another content.
 */
const NONCE = Buffer.alloc(12);
/** Without it Node would take a tag of four bytes for a whole one. */
const TAG = { authTagLength: BLOCK_TAG_BYTES };
const LABEL = "custody/block/v1";
const derivation = Buffer.alloc(4 + 32 + 16 + 16 + 4 + 8 + 32);
derivation.writeUInt32BE(1, 0);
derivation.write(LABEL, 36, "latin1");
const derivedKey = Buffer.alloc(32);

/** The key of one block. The returned buffer is used again for the next. */
function blockKey(identity: BlockIdentity, plaintextDigest: Digest): Buffer {
  derivation.set(identity.key, 4);
  derivation.set(identity.ledgerId, 52);
  derivation.writeUInt32BE(identity.epoch, 68);
  writeUint64(derivation, identity.number, 72);
  putDigest(derivation, 80, plaintextDigest);
  putDigest(derivedKey, 0, sha256(derivation));
  return derivedKey;
}

/** How many bytes a sealed plaintext takes. */
export function blockBytes(plaintextBytes: number): number {
  return BLOCK_HEADER_BYTES + plaintextBytes + BLOCK_TAG_BYTES;
}

/** Seals a plaintext into a stored block at the beginning of `target`, and returns the block. */
export function sealBlock(
  target: Buffer,
  identity: BlockIdentity,
  plaintext: Buffer,
  count: number,
  firstIndex: number,
): Buffer {
  const plaintextDigest = sha256(plaintext);
  const length = blockBytes(plaintext.length);
  const block = target.subarray(0, length);
  const { epoch, number, keyId } = identity;
  writeBlockHeader(block, { count, length, epoch, number, keyId, firstIndex, plaintextDigest });
  const cipher = createCipheriv("aes-256-gcm", blockKey(identity, plaintextDigest), NONCE);
  cipher.setAAD(block.subarray(0, BLOCK_HEADER_BYTES));
  block.set(cipher.update(plaintext), BLOCK_HEADER_BYTES);
  cipher.final();
  block.set(cipher.getAuthTag(), length - BLOCK_TAG_BYTES);
  return block;
}

/**
 * Opens a stored block. The caller must still compare each payload with the commitment in its envelope: GCM does
 * not commit to its key, so a decryption alone proves nothing.
 */
export function openBlock(ledgerId: Buffer, key: Buffer, block: Buffer): OpenedBlock {
  const header = readBlockHeader(block, 0);
  const { epoch, number, keyId, plaintextDigest } = header;
  try {
    const decipher = createDecipheriv(
      "aes-256-gcm",
      blockKey({ ledgerId, epoch, number, keyId, key }, plaintextDigest),
      NONCE,
      TAG,
    );
    decipher.setAAD(block.subarray(0, BLOCK_HEADER_BYTES));
    decipher.setAuthTag(block.subarray(block.length - BLOCK_TAG_BYTES));
    const plaintext = decipher.update(block.subarray(BLOCK_HEADER_BYTES, block.length - BLOCK_TAG_BYTES));
    decipher.final();
    return splitPlaintext(plaintext, header.count);
  } catch (cause) {
    if (cause instanceof LedgerError) throw cause;
    throw new LedgerError("BLOCK_DAMAGED", `block ${epoch}/${number} does not decrypt with key ${keyId}`, {
      cause,
    });
  }
}
