import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "../error.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { readTreeState } from "../store/tree-state.ts";
import { FRAME_END, readFrame } from "../wal/frame.ts";
import { listSegments, SEGMENT_HEADER_BYTES, segmentName } from "../wal/segment.ts";

/** State and write-ahead file as they stood together. */
export interface Snapshot {
  /** The bytes of `.state/tree`; undefined before the first integration. */
  readonly tree: Buffer | undefined;
  readonly size: number;
  readonly payloadBytes: number;
  /** By their file names. */
  readonly segments: readonly (readonly [string, Buffer])[];
}

/** A writer integrates at most a few times a second; more misses than this are not its doing. */
const ATTEMPTS_MAX = 100;

/** A frame that is being written is whole a moment later; what stays the same is damage, and is copied as it is. */
const LOOKS = 5;
const PAUSE_MS = 20;

/** @throws LedgerError STATE_DAMAGED */
export async function takeSnapshot(
  disk: Disk,
  layout: Layout,
  frameKey: Buffer | undefined,
): Promise<Snapshot> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const tree = await disk.read(layout.tree);
    const state = await readTreeState(disk, layout.tree, frameKey);
    const segments = await readSegments(disk, layout.wal, state?.wal.segment ?? 0, frameKey);
    // Segments are only freed after the state has moved on; while it stands, they are all there.
    const isStill = bytesEqual(await disk.read(layout.tree), tree);
    if (segments !== undefined && isStill)
      return { tree, size: state?.size ?? 0, payloadBytes: state?.payloadBytes ?? 0, segments };
    await sleep(attempt);
  }
  throw new LedgerError("STATE_DAMAGED", `${layout.tree} does not stand still: run verify`);
}

function bytesEqual(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

/** The newest first: a segment is complete once there is a newer one, so together they are one moment's. */
async function readSegments(
  disk: Disk,
  directory: string,
  first: number,
  frameKey: Buffer | undefined,
): Promise<Snapshot["segments"] | undefined> {
  const numbers = (await listSegments(disk, directory)).filter((number) => number >= first);
  const found: (readonly [string, Buffer])[] = [];
  for (const number of numbers.reverse()) {
    const bytes = await readSegment(disk, join(directory, segmentName(number)), number, frameKey);
    if (bytes === undefined) return undefined;
    found.unshift([segmentName(number), bytes]);
  }
  return found;
}

/** A segment up to its last whole frame. */
async function readSegment(
  disk: Disk,
  path: string,
  number: number,
  frameKey: Buffer | undefined,
): Promise<Buffer | undefined> {
  const bytes = await disk.read(path);
  if (bytes === undefined) return undefined;
  let end = SEGMENT_HEADER_BYTES;
  let reading = readFrame(bytes, end, number, frameKey);
  while (reading.found === "frame") {
    end += reading.bytes;
    reading = readFrame(bytes, end, number, frameKey);
  }
  if (reading.found === "damage" && !(await becomesWhole(disk, path, number, end, frameKey))) return bytes;
  return Buffer.concat([bytes.subarray(0, end), FRAME_END]);
}

/** Whether what stands at `offset` was a frame on its way. */
async function becomesWhole(
  disk: Disk,
  path: string,
  number: number,
  offset: number,
  frameKey: Buffer | undefined,
): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    await sleep(PAUSE_MS);
    const bytes = await disk.read(path);
    if (bytes === undefined || readFrame(bytes, offset, number, frameKey).found !== "damage") return true;
  }
  return false;
}
