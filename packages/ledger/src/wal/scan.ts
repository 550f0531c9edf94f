import { join } from "node:path";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import { FRAME_MAGIC, type Frame, frameSegment, readFrame } from "./frame.ts";
import { isSegmentHeader, listSegments, SEGMENT_HEADER_BYTES, segmentName } from "./segment.ts";

/** Where to begin. */
export interface ScanStart {
  readonly segment: number;
  readonly offset: number;
  /** How many entries are safe elsewhere, whatever is found, so that the first frame must continue them. */
  readonly size: number | undefined;
}

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
  /** All that are there, those before the start included. */
  readonly segments: readonly number[];
}

/**
 * Reads the write-ahead file from `start` on, and decides what a damaged frame means.
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
  start: ScanStart,
): Promise<WalScan> {
  const segments = await listSegments(disk, directory);
  // Those before the start are integrated as a whole; they are only still there because of a stop.
  const numbers = segments.filter((number) => number >= start.segment);
  if (start.segment > 0 && numbers.length === 0) throw damaged(start.segment, 0, "the segment is missing");
  const frames: ScannedFrame[] = [];
  let stop: Stop | undefined;
  let durable = 0;
  for (const [at, number] of numbers.entries()) {
    const bytes = (await disk.read(join(directory, segmentName(number)))) ?? Buffer.alloc(0);
    if (!isSegmentHeader(bytes, ledgerId, number))
      throw damaged(number, 0, "its header is damaged or belongs to another ledger");
    if (at > 0 && number !== (numbers[at - 1] as number) + 1)
      throw damaged(number, 0, "the segment before it is missing");
    const from = number === start.segment ? start.offset : SEGMENT_HEADER_BYTES;
    const isReadable = stop === undefined || stop.reason === undefined;
    if (isReadable) stop = scanSegment(bytes, from, number, { frameKey, start, frames, before: stop });
    durable = Math.max(
      durable,
      durableBeyond(bytes, isReadable && stop ? stop.offset : from, number, frameKey),
    );
  }
  const last = frames.at(-1)?.frame;
  const size = last ? last.firstIndex + last.count : (start.size ?? 0);
  if (stop && durable > size) throw damaged(stop.segment, stop.offset, stop.reason ?? "no frame begins here");
  const tail = stop?.reason === undefined ? undefined : { ...stop, reason: stop.reason };
  return { frames, tail, sealed: tail === undefined && last?.kind === "seal", segments };
}

/** Where the frames of a segment end: in front of nothing, or in front of something torn, with the reason. */
interface Stop {
  readonly segment: number;
  readonly offset: number;
  readonly reason: string | undefined;
  readonly bytes: Buffer;
}

interface Scanning {
  readonly frameKey: Buffer | undefined;
  readonly start: ScanStart;
  /** Where the frames found go, behind those of the segments before. */
  readonly frames: ScannedFrame[];
  /** Where the segment before ended. */
  readonly before: Stop | undefined;
}

function scanSegment(bytes: Buffer, from: number, number: number, scanning: Scanning): Stop {
  const { frameKey, start, frames, before } = scanning;
  for (let offset = from; ; ) {
    const reading = readFrame(bytes, offset, number, frameKey);
    if (reading.found !== "frame") {
      const isDamage = reading.found === "damage";
      const rest = isDamage ? trimZeroes(bytes.subarray(offset)) : Buffer.alloc(0);
      return { segment: number, offset, reason: isDamage ? reading.reason : undefined, bytes: rest };
    }
    const broken = breakInChain(frames.at(-1)?.frame, reading.frame, start.size);
    // No stop leaves a whole frame that does not continue. What should be in between was in the segment before.
    if (broken !== undefined) {
      if (before && offset === from) throw damaged(before.segment, before.offset, "frames are missing here");
      throw damaged(number, offset, broken);
    }
    offset += reading.bytes;
    frames.push({ frame: reading.frame, next: { segment: number, offset } });
  }
}

function breakInChain(
  previous: Frame | undefined,
  frame: Frame,
  size: number | undefined,
): string | undefined {
  // The next start goes on in a segment of its own.
  if (previous?.kind === "seal" && previous.segment === frame.segment) return "it follows a seal";
  const expected = previous ? previous.firstIndex + previous.count : size;
  if (expected !== undefined && frame.firstIndex !== expected)
    return `it begins at entry ${frame.firstIndex}, not ${expected}`;
  return undefined;
}

/** How much was acknowledged according to the whole frames that can be found behind the place where reading ended. */
function durableBeyond(bytes: Buffer, start: number, number: number, frameKey: Buffer | undefined): number {
  let durable = 0;
  for (let at = bytes.indexOf(FRAME_MAGIC, start); at !== -1; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    // A segment that is used again is full of its old frames, which need not be hashed to be told from its own.
    if (frameSegment(bytes, at) !== number) continue;
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
