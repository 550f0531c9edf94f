import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type Disk, openExisting } from "../store/disk.ts";
import { writeUint64 } from "../uint64.ts";

/**
 * A write-ahead segment: a file of fixed size, filled with zeroes before use, so that a commit changes no metadata
 * and costs the disk no second write for its journal.
 *
 *     offset size
 *      0      8   magic "CSTDSEG1"
 *      8     16   ledger id
 *     24      8   number
 *     32     32   SHA-256 of all before
 *     64      …   frames
 *
 * A segment whose frames are all integrated is renamed and used again under a new number; frames left over from its
 * former life name the old number and do not count.
 */
export const SEGMENT_HEADER_BYTES = 64;
const MAGIC = Buffer.from("CSTDSEG1", "latin1");
const ZEROES = Buffer.alloc(1024 * 1024);

/** The file that waits to become the next segment. */
const SPARE = "spare";

export function segmentName(number: number): string {
  return `${String(number).padStart(12, "0")}.wal`;
}

/** The numbers of the segments in a directory, in order. */
export async function listSegments(disk: Disk, directory: string): Promise<number[]> {
  return segmentNumbers(await disk.list(directory));
}

/** The numbers of the segments among the names in a directory, in their order. */
export function segmentNumbers(names: readonly string[]): number[] {
  return names.filter((name) => /^\d{12}\.wal$/.test(name)).map((name) => Number.parseInt(name, 10));
}

function segmentHeader(ledgerId: Buffer, number: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(header, 0);
  ledgerId.copy(header, 8);
  writeUint64(header, number, 24);
  header.write(hash("sha256", header.subarray(0, 32), "hex"), 32, "hex");
  return header;
}

export function isSegmentHeader(bytes: Buffer, ledgerId: Buffer, number: number): boolean {
  return (
    bytes.length >= SEGMENT_HEADER_BYTES &&
    bytes.subarray(0, SEGMENT_HEADER_BYTES).equals(segmentHeader(ledgerId, number))
  );
}

/** A segment open for writing. */
export interface Segment {
  readonly number: number;
  readonly file: FileHandle;
  readonly bytesMax: number;
  /** Where the next frame goes. */
  position: number;
}

/** Fills a spare file with zeroes, durably, so that the next segment is there when it is needed. */
export async function prepareSpare(disk: Disk, directory: string, bytesMax: number): Promise<void> {
  const path = join(directory, SPARE);
  const present = await openExisting(disk, path);
  if (present !== undefined) {
    const { size } = await present.stat();
    await present.close();
    if (size === bytesMax) return;
  }
  const temporary = `${path}.tmp`;
  const file = await disk.open(temporary, "w");
  try {
    for (let at = 0; at < bytesMax; at += ZEROES.length) {
      disk.writeSync(file.fd, ZEROES.subarray(0, Math.min(ZEROES.length, bytesMax - at)), at);
      if (at % (8 * ZEROES.length) === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await disk.sync(file.fd);
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
}

/** Makes the spare file the segment `number`: header first, then the name, so that a named segment is always whole. */
export async function openSegment(
  disk: Disk,
  directory: string,
  ledgerId: Buffer,
  number: number,
  bytesMax: number,
): Promise<Segment> {
  await prepareSpare(disk, directory, bytesMax);
  const spare = join(directory, SPARE);
  const file = await disk.open(spare, "r+");
  try {
    disk.writeSync(file.fd, Buffer.concat([segmentHeader(ledgerId, number), Buffer.alloc(16)]), 0);
    await disk.sync(file.fd);
    await disk.rename(spare, join(directory, segmentName(number)));
    await disk.syncDirectory(directory);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { number, file, bytesMax, position: SEGMENT_HEADER_BYTES };
}

/** Gives up a segment that is wholly integrated: it becomes the spare, or goes when there is one already. */
export async function freeSegment(disk: Disk, directory: string, number: number): Promise<void> {
  const path = join(directory, segmentName(number));
  const names = await disk.list(directory);
  if (names.includes(SPARE)) await disk.remove(path);
  else await disk.rename(path, join(directory, SPARE));
}
