import { join } from "node:path";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import { FRAME_MAGIC, type Frame, readFrame } from "./frame.ts";
import { isSegmentHeader, listSegments, SEGMENT_HEADER_BYTES, segmentName } from "./segment.ts";

/** A frame and where the next one begins. */
export interface ScannedFrame {
  readonly frame: Frame;
  readonly next: { readonly segment: number; readonly offset: number };
}

/** Bytes at the end of the log that are not a frame. */
export interface DamagedTail {
  readonly segment: number;
  readonly offset: number;
  readonly reason: string;
  readonly bytes: Buffer;
}

export interface WalScan {
  readonly frames: readonly ScannedFrame[];
  readonly tail: DamagedTail | undefined;
  /** The log ends with a seal: it was closed cleanly. */
  readonly sealed: boolean;
  readonly segments: readonly number[];
}

/**
 * Reads the write-ahead file from its first segment on, and decides what a damaged frame means.
 *
 * A frame says how much was known to be fsynced when it was written. A damaged frame below what any whole frame
 * says was acknowledged and is now lost: that is corruption, and nothing may start on it. A damaged frame above it
 * was on its way when the power went, or is the last one, and nobody can tell whether it was acknowledged: it is
 * handed back as the tail. Frames behind a torn one are unreachable, because the chain is broken before them.
 *
 * @throws LedgerError WAL_DAMAGED, naming segment and offset.
 */
export async function scanWal(
  disk: Disk,
  directory: string,
  ledgerId: Buffer,
  frameKey: Buffer | undefined,
): Promise<WalScan> {
  const segments = await listSegments(disk, directory);
  const frames: ScannedFrame[] = [];
  let tail: DamagedTail | undefined;
  let durable = 0;
  for (const [at, number] of segments.entries()) {
    const bytes = (await disk.read(join(directory, segmentName(number)))) ?? Buffer.alloc(0);
    if (!isSegmentHeader(bytes, ledgerId, number))
      throw damaged(number, 0, "its header is damaged or belongs to another ledger");
    if (at > 0 && number !== (segments[at - 1] as number) + 1)
      throw damaged(number, 0, "the segment before it is missing");
    if (tail === undefined) tail = scanSegment(bytes, number, frameKey, frames);
    else durable = Math.max(durable, durableBeyond(bytes, SEGMENT_HEADER_BYTES, number, frameKey));
    if (tail?.segment === number)
      durable = Math.max(durable, durableBeyond(bytes, tail.offset, number, frameKey));
  }
  const last = frames.at(-1)?.frame;
  if (tail && durable > (last ? last.firstIndex + last.count : 0))
    throw damaged(tail.segment, tail.offset, tail.reason);
  return { frames, tail, sealed: tail === undefined && last?.kind === "seal", segments };
}

/** Reads frames up to the end of a segment; what is neither frame nor end is returned. */
function scanSegment(
  bytes: Buffer,
  number: number,
  frameKey: Buffer | undefined,
  frames: ScannedFrame[],
): DamagedTail | undefined {
  let offset = SEGMENT_HEADER_BYTES;
  while (offset < bytes.length) {
    const reading = readFrame(bytes, offset, number, frameKey);
    if (reading.found === "end") return undefined;
    const reason =
      reading.found === "damage" ? reading.reason : breakInChain(frames.at(-1)?.frame, reading.frame);
    if (reason !== undefined || reading.found === "damage") {
      return { segment: number, offset, reason: reason ?? "", bytes: trimZeroes(bytes.subarray(offset)) };
    }
    offset += reading.bytes;
    frames.push({ frame: reading.frame, next: { segment: number, offset } });
  }
  return undefined;
}

function breakInChain(previous: Frame | undefined, frame: Frame): string | undefined {
  if (previous === undefined) return undefined;
  if (previous.kind === "seal") return "it follows a seal";
  if (frame.firstIndex !== previous.firstIndex + previous.count)
    return `it begins at entry ${frame.firstIndex}, not ${previous.firstIndex + previous.count}`;
  return undefined;
}

/** How much was acknowledged according to the whole frames that can be found behind a damaged one. */
function durableBeyond(bytes: Buffer, start: number, number: number, frameKey: Buffer | undefined): number {
  let durable = 0;
  for (let at = bytes.indexOf(FRAME_MAGIC, start); at !== -1; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    const reading = readFrame(bytes, at, number, frameKey);
    if (reading.found === "frame") durable = Math.max(durable, reading.frame.durable);
  }
  return durable;
}

function trimZeroes(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function damaged(segment: number, offset: number, reason: string): LedgerError {
  return new LedgerError(
    "WAL_DAMAGED",
    `write-ahead segment ${segmentName(segment)}, byte ${offset}: ${reason}; acknowledged entries may be lost: run verify, and restore from a copy`,
  );
}
