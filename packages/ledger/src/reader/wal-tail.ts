import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type Disk, openExisting } from "../store/disk.ts";
import { type Frame, readFrame } from "../wal/frame.ts";
import { listSegments, SEGMENT_HEADER_BYTES, segmentName } from "../wal/segment.ts";

const CHUNK_BYTES = 1024 * 1024;

/**
 * The frames behind `position`, for readers: they take no lock and may look while the writer writes. What is not a
 * whole frame ends the reading, because it may be a frame that is being written; `verify` looks more closely.
 */
export async function readWalTail(
  disk: Disk,
  directory: string,
  position: { readonly segment: number; readonly offset: number },
  frameKey: Buffer | undefined,
): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const number of await listSegments(disk, directory)) {
    if (number < position.segment) continue;
    const offset = number === position.segment ? position.offset : SEGMENT_HEADER_BYTES;
    const file = await openExisting(disk, join(directory, segmentName(number)));
    if (file === undefined) continue;
    try {
      await readSegmentTail(file, number, offset, frameKey, frames);
    } finally {
      await file.close();
    }
  }
  return frames;
}

/** Reads ahead in growing pieces, so that an idle tail costs one small read and not the whole segment. */
async function readSegmentTail(
  file: FileHandle,
  number: number,
  start: number,
  frameKey: Buffer | undefined,
  frames: Frame[],
): Promise<void> {
  let position = start;
  let pieceBytes = CHUNK_BYTES;
  for (;;) {
    const buffer = Buffer.alloc(pieceBytes);
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, position);
    const piece = buffer.subarray(0, bytesRead);
    let offset = 0;
    let reading = readFrame(piece, offset, number, frameKey);
    while (reading.found === "frame") {
      frames.push(reading.frame);
      offset += reading.bytes;
      reading = readFrame(piece, offset, number, frameKey);
    }
    if (reading.found === "end" && offset + 16 <= bytesRead) return;
    if (bytesRead < pieceBytes) return;
    // The piece ended within a frame: go on from that frame, with more room when not even one fitted.
    position += offset;
    if (offset === 0) pieceBytes *= 4;
  }
}
