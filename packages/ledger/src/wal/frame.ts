import { splitBlocks } from "../block/block.ts";
import { type Digest, digestOf, putDigest, sha256 } from "../merkle/digest.ts";
import { readUint64, writeUint64 } from "../uint64.ts";

/**
 * A write-ahead frame: one commit, written with one system call.
 *
 *     offset size
 *      0      8   magic "CSTDWAL1"
 *      8      1   kind: 1 entries, 2 seal (a clean stop)
 *      9      3   zero
 *     12      4   length of the body
 *     16      4   epoch
 *     20      4   count of entries
 *     24      8   number of the segment it stands in
 *     32      8   index of its first entry
 *     40      8   how many entries were known to be fsynced when it was written
 *     48     32   leaf hash of the entry before its first
 *     80      …   body
 *      …     32   SHA-256 of all before
 *      …     32   SHA-256(frame key ‖ digest), 64 bytes always: without the master key nobody can make a frame
 *
 * The body is: length of the blocks (4) ‖ blocks ‖ envelopes, each behind its length (2), exactly as in an entry
 * bundle. Sixteen zero bytes follow the frame and are overwritten by the next: they tell the end of the log from
 * a torn write, also in a segment that is used again. All integers are big-endian.
 */
export interface Frame {
  readonly kind: "entries" | "seal";
  readonly epoch: number;
  readonly count: number;
  readonly segment: number;
  readonly firstIndex: number;
  readonly durable: number;
  readonly previousLeaf: Buffer;
  readonly blocks: readonly Buffer[];
  /** The envelopes with their lengths. */
  readonly entries: Buffer;
}

const FRAME_HEADER_BYTES = 80;
const FRAME_TRAILER_BYTES = 64;
export const FRAME_END: Buffer = Buffer.alloc(16);
const PAGE_BYTES = 4096;
export const FRAME_MAGIC: Buffer = Buffer.from("CSTDWAL1", "latin1");

/** The size of the frame without the zeroes that follow it. */
export function frameBytes(bodyBytes: number): number {
  return FRAME_HEADER_BYTES + bodyBytes + FRAME_TRAILER_BYTES;
}

/**
 * The size of the buffer that a frame with such a body needs, with room for the zeroes behind it. The body is
 * written first, from `FRAME_BODY_AT` on.
 */
export function frameSpace(bodyBytes: number): number {
  return frameBytes(bodyBytes) + FRAME_END.length + PAGE_BYTES;
}

/** Where the blocks of a frame begin: behind the header and their own length. */
export const FRAME_BODY_AT: number = FRAME_HEADER_BYTES + 4;

/** What a frame says about its body, which stands in its buffer already. */
export interface FrameHead extends Omit<Frame, "blocks" | "entries" | "segment" | "durable"> {
  readonly blocksBytes: number;
  readonly entriesBytes: number;
}

/** Where a frame comes to stand, and what it says about those before it. */
export interface FramePlace extends Pick<Frame, "segment" | "durable"> {
  /** In the segment. */
  readonly position: number;
}

/**
 * Completes the frame around a body written at `FRAME_BODY_AT`: returns its bytes and the zeroes behind it, which
 * reach to the end of a page. A write that ends within a page makes the kernel read the rest of it first, when the
 * zeroes of the preallocation have left its cache.
 */
export function completeFrame(target: Buffer, head: FrameHead, place: FramePlace, frameKey: Buffer): Buffer {
  const bodyBytes = 4 + head.blocksBytes + head.entriesBytes;
  const end = FRAME_HEADER_BYTES + bodyBytes;
  writeHeader(target, head, place, bodyBytes);
  target.writeUInt32BE(head.blocksBytes, FRAME_HEADER_BYTES);
  const digest = sha256(target.subarray(0, end));
  putDigest(target, end, digest);
  putDigest(target, end + 32, authenticate(digest, frameKey));
  const frameEnd = end + FRAME_TRAILER_BYTES;
  const pageEnd = wholePages(place.position + frameEnd + FRAME_END.length) - place.position;
  return target.subarray(0, pageEnd).fill(0, frameEnd);
}

function writeHeader(target: Buffer, head: FrameHead, place: FramePlace, bodyBytes: number): void {
  FRAME_MAGIC.copy(target, 0);
  target.writeUInt32BE(head.kind === "entries" ? 0x01000000 : 0x02000000, 8);
  target.writeUInt32BE(bodyBytes, 12);
  target.writeUInt32BE(head.epoch, 16);
  target.writeUInt32BE(head.count, 20);
  writeUint64(target, place.segment, 24);
  writeUint64(target, head.firstIndex, 32);
  writeUint64(target, place.durable, 40);
  head.previousLeaf.copy(target, 48);
}

/** The next multiple of a page's size. */
export function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** What stands at a place in a segment. */
export type FrameReading =
  | { readonly found: "frame"; readonly frame: Frame; readonly bytes: number }
  /** Zeroes, or the end of the segment: nothing was written here. */
  | { readonly found: "end" }
  /** Something that is not a whole, unchanged frame. */
  | { readonly found: "damage"; readonly reason: string };

/** The segment that the header at `offset` names, undefined when there is no room for a header. Nothing is checked. */
export function frameSegment(bytes: Buffer, offset: number): number | undefined {
  return offset + FRAME_HEADER_BYTES > bytes.length ? undefined : readUint64(bytes, offset + 24);
}

/**
 * How long the frame at `offset` says it is, zeroes excluded; undefined when no frame begins there. Nothing is checked,
 * it may be one that is being written.
 */
export function frameLength(bytes: Buffer, offset: number): number | undefined {
  if (offset + FRAME_HEADER_BYTES > bytes.length) return undefined;
  if (!bytes.subarray(offset, offset + 8).equals(FRAME_MAGIC)) return undefined;
  return frameBytes(bytes.readUInt32BE(offset + 12));
}

/** Reads the frame at `offset`. Without the frame key its authenticity is not checked, only its digest. */
export function readFrame(
  bytes: Buffer,
  offset: number,
  segment: number,
  frameKey: Buffer | undefined,
): FrameReading {
  if (isEnd(bytes, offset)) return { found: "end" };
  const left = bytes.length - offset;
  if (left < frameBytes(4) || !bytes.subarray(offset, offset + 8).equals(FRAME_MAGIC))
    return damage("no frame begins here");
  const bodyBytes = bytes.readUInt32BE(offset + 12);
  if (bodyBytes < 4 || bodyBytes > left - frameBytes(0)) return damage("its length leaves the segment");
  const digestAt = offset + FRAME_HEADER_BYTES + bodyBytes;
  const digest = digestOf(bytes.subarray(digestAt, digestAt + 32));
  if (sha256(bytes.subarray(offset, digestAt)) !== digest) return damage("its digest is wrong");
  const code = digestOf(bytes.subarray(digestAt + 32, digestAt + 64));
  if (frameKey && authenticate(digest, frameKey) !== code) return damage("its authentication code is wrong");
  if (frameSegment(bytes, offset) !== segment) return damage("it belongs to another segment");
  return readBody(bytes, offset, segment, bodyBytes);
}

function readBody(bytes: Buffer, offset: number, segment: number, bodyBytes: number): FrameReading {
  const start = offset + FRAME_HEADER_BYTES;
  const blocksBytes = bytes.readUInt32BE(start);
  if (blocksBytes > bodyBytes - 4) return damage("its blocks leave its body");
  const blocks = splitOrNothing(bytes.subarray(start + 4, start + 4 + blocksBytes));
  if (blocks === undefined) return damage("its blocks cannot be told apart");
  const kind = bytes.readUInt32BE(offset + 8);
  if (kind !== 0x01000000 && kind !== 0x02000000) return damage("its kind is unknown");
  const frame: Frame = {
    kind: kind === 0x01000000 ? "entries" : "seal",
    epoch: bytes.readUInt32BE(offset + 16),
    count: bytes.readUInt32BE(offset + 20),
    segment,
    firstIndex: readUint64(bytes, offset + 32),
    durable: readUint64(bytes, offset + 40),
    previousLeaf: bytes.subarray(offset + 48, offset + 80),
    blocks,
    entries: bytes.subarray(start + 4 + blocksBytes, start + bodyBytes),
  };
  return { found: "frame", frame, bytes: frameBytes(bodyBytes) };
}

function splitOrNothing(bytes: Buffer): Buffer[] | undefined {
  try {
    return splitBlocks(bytes);
  } catch {
    return undefined;
  }
}

const authenticated = Buffer.alloc(64);

function authenticate(digest: Digest, frameKey: Buffer): Digest {
  authenticated.set(frameKey, 0);
  putDigest(authenticated, 32, digest);
  return sha256(authenticated);
}

function isEnd(bytes: Buffer, offset: number): boolean {
  const end = Math.min(offset + FRAME_END.length, bytes.length);
  for (let at = offset; at < end; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

function damage(reason: string): FrameReading {
  return { found: "damage", reason };
}

/** Where the length-prefixed envelopes of a frame or an entry bundle end; undefined when they cannot be told apart. */
export function entryEnds(entries: Buffer): number[] | undefined {
  const ends: number[] = [];
  let offset = 0;
  while (offset + 2 <= entries.length) {
    offset += 2 + entries.readUInt16BE(offset);
    ends.push(offset);
  }
  return offset === entries.length ? ends : undefined;
}

/** Splits the length-prefixed envelopes of a frame or an entry bundle. */
export function splitEntries(entries: Buffer): Buffer[] | undefined {
  const ends = entryEnds(entries);
  return ends?.map((end, at) => entries.subarray((ends[at - 1] ?? 0) + 2, end));
}
