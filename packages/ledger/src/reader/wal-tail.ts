import { join } from "node:path";
import type { Disk } from "../store/disk.ts";
import { type Frame, frameLength, readFrame } from "../wal/frame.ts";
import { SEGMENT_HEADER_BYTES, segmentName, segmentNumbers } from "../wal/segment.ts";

/** The first piece that is read. A reader that looks often finds little, so the first piece is small. */
const PIECE_BYTES = 64 * 1024;
const PIECE_BYTES_MAX = 1024 * 1024;

/** Whether a frame begins, and how long it is, can be told from so many bytes. */
const HEADER_BYTES = 80;

/** A place in the write-ahead file. */
export interface WalPosition {
  readonly segment: number;
  readonly offset: number;
}

export interface WalTail {
  readonly frames: readonly Frame[];
  /** Behind the last frame: reading may go on from here. */
  readonly end: WalPosition;
}

/**
 * The frames behind `position`, for readers: they take no lock and may look while the writer writes. What is not a
 * whole frame ends the reading, because it may be a frame that is being written; `verify` looks more closely.
 */
export function readWalTail(
  disk: Disk,
  directory: string,
  position: WalPosition,
  frameKey: Buffer | undefined,
): WalTail {
  const frames: Frame[] = [];
  let end = position;
  for (const number of segmentNumbers(disk.listNow(directory))) {
    if (number < position.segment) continue;
    const offset = number === position.segment ? position.offset : SEGMENT_HEADER_BYTES;
    const descriptor = disk.openNow(join(directory, segmentName(number)));
    if (descriptor === undefined) continue;
    try {
      const segment = { disk, descriptor, number };
      end = { segment: number, offset: readSegmentTail(segment, offset, frameKey, frames) };
    } finally {
      disk.closeDescriptor(descriptor);
    }
  }
  return { end, frames };
}

interface OpenSegment {
  readonly disk: Disk;
  readonly descriptor: number;
  readonly number: number;
}

/**
 * Reads in pieces, so that an idle tail costs one small read and not the whole segment. Returns where the frames end.
 */
function readSegmentTail(
  segment: OpenSegment,
  start: number,
  frameKey: Buffer | undefined,
  frames: Frame[],
): number {
  const { number } = segment;
  let position = Math.max(start, SEGMENT_HEADER_BYTES);
  let pieceBytes = PIECE_BYTES;
  for (;;) {
    const piece = readPiece(segment, position, pieceBytes);
    let offset = 0;
    let reading = readFrame(piece, offset, number, frameKey);
    while (reading.found === "frame") {
      frames.push(reading.frame);
      offset += reading.bytes;
      reading = readFrame(piece, offset, number, frameKey);
    }
    position += offset;
    if (piece.length < pieceBytes) return position;
    const left = piece.length - offset;
    if (left >= HEADER_BYTES) {
      if (reading.found === "end") return position;
      const length = frameLength(piece, offset);
      if (length === undefined || length <= left) return position;
      // A damaged length asks for too much room at most: a segment has an end, and `readPiece` keeps to it.
      pieceBytes = Math.max(PIECE_BYTES_MAX, length);
    } else pieceBytes = PIECE_BYTES_MAX;
  }
}

function readPiece({ descriptor, disk }: OpenSegment, position: number, bytesMax: number): Buffer {
  const bytes = bytesMax <= PIECE_BYTES_MAX ? bytesMax : Math.min(bytesMax, disk.statNow(descriptor).size);
  // It is read into at once, and what it holds stays as long as its frames: zeroes and a shared pool would be waste.
  const buffer = Buffer.allocUnsafeSlow(bytes);
  return buffer.subarray(0, disk.readNow(descriptor, buffer, position));
}
