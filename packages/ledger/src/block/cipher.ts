import { createCipheriv, createDecipheriv } from "node:crypto";
import { LedgerError } from "../error.ts";
import { sha256 } from "../merkle/digest.ts";
import {
  BLOCK_HEADER_BYTES,
  BLOCK_TAG_BYTES,
  type OpenedBlock,
  readBlockHeader,
  splitPlaintext,
  writeBlockHeader,
} from "./block.ts";
import { NONCE, oneStepKey, type SealIdentity } from "./one-step-key.ts";

/** What makes a block's name unique, and whose key seals it. */
export interface BlockIdentity extends SealIdentity {
  readonly keyId: string;
}

/** Without it Node would take a tag of four bytes for a whole one. */
const TAG = { authTagLength: BLOCK_TAG_BYTES };
const blockKey = oneStepKey("custody/block/v1");

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
      blockKey({ ledgerId, epoch, number, key }, plaintextDigest),
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
