import { LedgerError } from "../error.ts";
import { type Digest, digestOf, putDigest } from "../merkle/digest.ts";
import { readUint64, writeUint64 } from "../uint64.ts";

/**
 * A stored block: some entries of one bundle that share a data key, sealed together.
 *
 *     offset size
 *      0      4   magic "CSTB"
 *      4      1   version, 1
 *      5      1   zero; 1 when it was erased: then everything behind the header is zeroes
 *      6      2   count of payloads
 *      8      4   length of the whole block
 *     12      4   epoch       ┐ together they name the block; epochs are durable before use,
 *     16      8   number      ┘ so a name is never used twice
 *     24     12   key id
 *     36      8   index of its first entry, which names its bundle
 *     44     32   SHA-256 of the plaintext; salted inside, so it tells nothing
 *     76      …   ciphertext
 *      …     16   GCM tag
 *
 * All integers are big-endian. The plaintext is, for each payload: length (4) ‖ salt (16) ‖ payload. An entry's
 * envelope names its block by `x`, the SHA-256 of these stored bytes, and its place in it by `n`.
 */
export interface BlockHeader {
  readonly count: number;
  readonly length: number;
  readonly epoch: number;
  readonly number: number;
  readonly keyId: string;
  readonly firstIndex: number;
  readonly plaintextDigest: Digest;
  /** Its key was destroyed, and its bytes overwritten in a file that could not become shorter. */
  readonly isErased: boolean;
}

export const BLOCK_HEADER_BYTES = 76;
export const BLOCK_TAG_BYTES = 16;
export const SALT_BYTES = 16;
/** What one payload costs in the plaintext beside its own bytes. */
export const PAYLOAD_OVERHEAD_BYTES: number = 4 + SALT_BYTES;

const MAGIC = 0x43535442;
const VERSION = 0x0100;
const VERSION_ERASED = 0x0101;

export function writeBlockHeader(target: Buffer, header: Omit<BlockHeader, "isErased">): void {
  target.writeUInt32BE(MAGIC, 0);
  target.writeUInt16BE(VERSION, 4);
  target.writeUInt16BE(header.count, 6);
  target.writeUInt32BE(header.length, 8);
  target.writeUInt32BE(header.epoch, 12);
  writeUint64(target, header.number, 16);
  target.write(header.keyId, 24, "base64url");
  writeUint64(target, header.firstIndex, 36);
  putDigest(target, 44, header.plaintextDigest);
}

/** Reads the header of the block at `offset`; its whole length must be there. */
export function readBlockHeader(bytes: Buffer, offset: number): BlockHeader {
  const left = bytes.length - offset;
  const version = left < BLOCK_HEADER_BYTES ? 0 : bytes.readUInt16BE(offset + 4);
  if (
    left < BLOCK_HEADER_BYTES + BLOCK_TAG_BYTES ||
    bytes.readUInt32BE(offset) !== MAGIC ||
    (version !== VERSION && version !== VERSION_ERASED)
  ) {
    throw new LedgerError("BLOCK_DAMAGED", `no block begins at byte ${offset}`);
  }
  const length = bytes.readUInt32BE(offset + 8);
  if (length < BLOCK_HEADER_BYTES + BLOCK_TAG_BYTES || length > left) {
    throw new LedgerError(
      "BLOCK_DAMAGED",
      `the block at byte ${offset} says ${length} bytes, ${left} are there`,
    );
  }
  return {
    count: bytes.readUInt16BE(offset + 6),
    length,
    epoch: bytes.readUInt32BE(offset + 12),
    number: readUint64(bytes, offset + 16),
    keyId: bytes.toString("base64url", offset + 24, offset + 36),
    firstIndex: readUint64(bytes, offset + 36),
    plaintextDigest: digestOf(bytes.subarray(offset + 44, offset + 76)),
    isErased: version === VERSION_ERASED,
  };
}

/** As long as the block, and without what it held: the digest of its plaintext goes as well. */
export function eraseBlock(block: Buffer): Buffer {
  const erased = Buffer.alloc(block.length);
  block.copy(erased, 0, 0, 44);
  erased.writeUInt16BE(VERSION_ERASED, 4);
  return erased;
}

/** The stored blocks in `bytes`, one after the other, nothing between and nothing behind. */
export function splitBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const { length } = readBlockHeader(bytes, offset);
    blocks.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  return blocks;
}

/** An opened block: payloads, each behind its length and its salt, and where each of them ends. */
export interface OpenedBlock {
  readonly plaintext: Buffer;
  readonly ends: readonly number[];
}

/** Takes a block's plaintext apart. */
export function splitPlaintext(plaintext: Buffer, count: number): OpenedBlock {
  const ends: number[] = [];
  let offset = 0;
  while (offset + PAYLOAD_OVERHEAD_BYTES <= plaintext.length) {
    const end = offset + PAYLOAD_OVERHEAD_BYTES + plaintext.readUInt32BE(offset);
    if (end > plaintext.length) break;
    ends.push(end);
    offset = end;
  }
  if (offset !== plaintext.length || ends.length !== count) {
    throw new LedgerError(
      "BLOCK_DAMAGED",
      `the block holds ${ends.length} payloads, its header says ${count}`,
    );
  }
  return { plaintext, ends };
}
