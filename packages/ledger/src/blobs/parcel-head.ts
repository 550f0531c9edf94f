import { hash } from "node:crypto";
import { type Digest, digestOf, putDigest } from "../merkle/digest.ts";
import { readUint64, writeUint64 } from "../uint64.ts";
import { BLOB_NAME_BYTES, CHUNK_NAME_BYTES } from "./names.ts";

/**
 * A pack is parcels, one behind the other. A parcel is some chunks of one blob, sealed together, and perhaps the
 * manifest that completes the blob:
 *
 *     offset size
 *      0      4   magic "CSTP"
 *      4      1   version, 1
 *      5      1   1 when the content is deflated, plus 2 when it ends with a manifest
 *      6      2   count of chunks
 *      8      4   length of the whole parcel
 *     12      4   epoch       ┐ together they name the parcel; epochs are durable before use,
 *     16      8   number      ┘ so a name is never used twice
 *     24     12   id of the data key
 *     36      4   number of the pack
 *     40      4   where the parcel begins in the pack
 *     44      4   how many bytes of the pack were known to be fsynced when it was written
 *     48      4   size of the content
 *     52     32   SHA-256 of the plaintext; salted inside, so it tells nothing
 *     84      …   names: 16 bytes for each chunk, then 32 for the blob when there is a manifest
 *      …     16   first half of the SHA-256 of all before
 *      …      …   ciphertext
 *      …     16   GCM tag
 *      …     16   first half of the SHA-256 of all before
 *
 * All integers are big-endian. The first of the two checks ends the head, which is the additional data of the cipher. The
 * checks tell what a power cut tore from what is whole, without a key; against whoever writes files they prove nothing.
 * A parcel without chunks and manifest is a seal: it only says how much was fsynced.
 */
export interface ParcelHead {
  readonly isDeflated: boolean;
  readonly length: number;
  readonly epoch: number;
  readonly number: number;
  readonly keyId: string;
  readonly pack: number;
  readonly offset: number;
  readonly durable: number;
  readonly contentBytes: number;
  readonly plaintextDigest: Digest;
  /** Names are binary (latin1) strings. */
  readonly chunks: readonly string[];
  readonly blob: string | undefined;
}

export const PARCEL_MAGIC: Buffer = Buffer.from("CSTP", "latin1");
/** From so many bytes it can be told how long the head is. */
export const PARCEL_FIXED_BYTES = 84;
export const CHECK_BYTES = 16;
export const TAG_BYTES = 16;

const VERSION = 1;
const DEFLATED = 1;
const COMPLETES_BLOB = 2;

export function headBytes(chunkCount: number, hasBlob: boolean): number {
  return PARCEL_FIXED_BYTES + chunkCount * CHUNK_NAME_BYTES + (hasBlob ? BLOB_NAME_BYTES : 0) + CHECK_BYTES;
}

/** Writes the head at the beginning of `target`, and returns its bytes. */
export function writeParcelHead(target: Buffer, head: ParcelHead): Buffer {
  const { chunks, blob } = head;
  PARCEL_MAGIC.copy(target, 0);
  target.writeUInt8(VERSION, 4);
  target.writeUInt8((head.isDeflated ? DEFLATED : 0) + (blob === undefined ? 0 : COMPLETES_BLOB), 5);
  target.writeUInt16BE(chunks.length, 6);
  target.writeUInt32BE(head.length, 8);
  target.writeUInt32BE(head.epoch, 12);
  writeUint64(target, head.number, 16);
  target.write(head.keyId, 24, "base64url");
  target.writeUInt32BE(head.pack, 36);
  target.writeUInt32BE(head.offset, 40);
  target.writeUInt32BE(head.durable, 44);
  target.writeUInt32BE(head.contentBytes, 48);
  putDigest(target, 52, head.plaintextDigest);
  target.write(chunks.join("") + (blob ?? ""), PARCEL_FIXED_BYTES, "latin1");
  const checkAt = headBytes(chunks.length, blob !== undefined) - CHECK_BYTES;
  target.write(checkOf(target.subarray(0, checkAt)), checkAt, "latin1");
  return target.subarray(0, checkAt + CHECK_BYTES);
}

/** How long the head at `at` says that it is; undefined where none begins. Needs `PARCEL_FIXED_BYTES`. */
export function headBytesAt(bytes: Buffer, at: number): number | undefined {
  if (at + PARCEL_FIXED_BYTES > bytes.length || bytes.compare(PARCEL_MAGIC, 0, 4, at, at + 4) !== 0)
    return undefined;
  const flags = bytes.readUInt8(at + 5);
  if (bytes.readUInt8(at + 4) !== VERSION || flags > DEFLATED + COMPLETES_BLOB) return undefined;
  return headBytes(bytes.readUInt16BE(at + 6), (flags & COMPLETES_BLOB) !== 0);
}

/** The whole head at `at`; undefined when there is none, or it is torn or damaged. The parcel behind it may be both. */
export function readParcelHead(bytes: Buffer, at: number): ParcelHead | undefined {
  const size = headBytesAt(bytes, at);
  if (size === undefined || at + size > bytes.length) return undefined;
  const head = bytes.subarray(at, at + size);
  const checkAt = size - CHECK_BYTES;
  if (head.toString("latin1", checkAt) !== checkOf(head.subarray(0, checkAt))) return undefined;
  const length = head.readUInt32BE(8);
  if (length < size + TAG_BYTES + CHECK_BYTES) return undefined;
  const flags = head.readUInt8(5);
  const namesEnd = PARCEL_FIXED_BYTES + head.readUInt16BE(6) * CHUNK_NAME_BYTES;
  return {
    isDeflated: (flags & DEFLATED) !== 0,
    length,
    epoch: head.readUInt32BE(12),
    number: readUint64(head, 16),
    keyId: head.toString("base64url", 24, 36),
    pack: head.readUInt32BE(36),
    offset: head.readUInt32BE(40),
    durable: head.readUInt32BE(44),
    contentBytes: head.readUInt32BE(48),
    plaintextDigest: digestOf(head.subarray(52, PARCEL_FIXED_BYTES)),
    chunks: namesIn(head.subarray(PARCEL_FIXED_BYTES, namesEnd)),
    blob: (flags & COMPLETES_BLOB) === 0 ? undefined : head.toString("latin1", namesEnd, checkAt),
  };
}

/** 16 bytes as a binary string. */
export function checkOf(bytes: Buffer): string {
  return hash("sha256", bytes, "binary").slice(0, CHECK_BYTES);
}

function namesIn(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_NAME_BYTES)
    names.push(bytes.toString("latin1", at, at + CHUNK_NAME_BYTES));
  return names;
}
