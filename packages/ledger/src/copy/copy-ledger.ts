import { join } from "node:path";
import type { KeyOptions } from "../keys/unlock.ts";
import { entriesPath, TILE_WIDTH, tilePath, tilesOfSize } from "../merkle/tile-path.ts";
import { readPartialOrFull } from "../reader/bundle.ts";
import { existingFormat, loadKeys } from "../reader/reader-keys.ts";
import { encodeCopyMark } from "../store/copy-mark.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { type Layout, layoutOf } from "../store/layout.ts";
import { payloadPath } from "../store/paths.ts";
import { blobSteps } from "./blob-steps.ts";
import { CopyTarget } from "./copy-target.ts";
import { withoutErasure } from "./no-erasure.ts";
import { takeSnapshot } from "./snapshot.ts";

export interface CopyOptions extends KeyOptions {
  readonly directory: string;
  /** Where the copy goes: a directory that is absent or empty. */
  readonly to: string;
  readonly clock?: () => number;
  readonly disk?: Disk;
  /** Told from time to time how many files are copied, and of how many. */
  readonly onProgress?: (files: number, of: number) => void;
}

/** A file of the copy, by its path below it. */
export interface CopyFile {
  readonly path: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

export interface CopyReport {
  readonly origin: string;
  readonly copiedAtMs: number;
  readonly files: readonly CopyFile[];
}

/** How many files are copied at once: their syncs join in the kernel. */
const PARALLEL = 4;

/**
 * Copies a ledger, also while it is being written, as it stood at one moment; that moment covers everything that was
 * acknowledged before the call. The master key is left out. The copy is marked as one: it opens for nobody who does
 * not accept that the original may have gone on.
 *
 * The order makes it whole. What was signed is read first, so nothing is claimed beyond what is copied after it. Then
 * state and write-ahead file, as they stood together; then the key ring, which has a key before an entry needs it, and
 * the epoch. Tiles, bundles and payloads of the state's size come last, because nothing can change them any more, and the
 * packs of blobs, which only grow: whatever a record names stood in them before the record did.
 */
export async function copyLedger(options: CopyOptions): Promise<CopyReport> {
  const disk = options.disk ?? nodeDisk;
  const layout = layoutOf(options.directory);
  const to = layoutOf(options.to);
  const copiedAtMs = (options.clock ?? Date.now)();
  const format = await existingFormat(disk, layout);
  const frameKey = (await loadKeys(disk, layout, format, options))?.frameKey;
  const checkUntouched = await withoutErasure(disk, layout);
  const target = new CopyTarget(disk, options.to);
  // First of all: a copy that was broken off must not be taken for a ledger.
  await target.add(to.copyMark, encodeCopyMark({ copiedAtMs }));
  const published = await disk.read(layout.checkpoint);
  const signed = await disk.read(layout.signed);
  const snapshot = await takeSnapshot(disk, layout, frameKey);
  for (const [path, bytes] of snapshot.segments) await target.add(join(to.wal, path), bytes);
  if (snapshot.tree !== undefined) await target.add(to.tree, snapshot.tree);
  if (signed !== undefined) {
    await target.add(to.signed, signed);
    await target.add(to.checkpoint, published ?? signed, 0o644);
  }
  await copySmallFiles(disk, layout, to, target);
  const steps = [...treeSteps(disk, layout, target, snapshot), ...(await blobSteps(disk, layout, target))];
  await runAll(steps, options.onProgress);
  await checkUntouched();
  await target.finish();
  return { origin: format.origin, copiedAtMs, files: target.files };
}

async function copySmallFiles(disk: Disk, layout: Layout, to: Layout, target: CopyTarget): Promise<void> {
  const ring = await disk.read(layout.keyRing);
  // The last line may be on its way; a key is complete before it is used.
  if (ring !== undefined) await target.add(to.keyRing, ring.subarray(0, ring.lastIndexOf(0x0a) + 1));
  const small: [keyof Layout, number][] = [
    ["epoch", 0o600],
    ["format", 0o600],
    ["verifier", 0o644],
    ["pastVerifiers", 0o644],
  ];
  for (const [name, mode] of small) {
    const bytes = await disk.read(layout[name]);
    if (bytes !== undefined) await target.add(to[name], bytes, mode);
  }
  for (const name of await disk.list(layout.recovered)) {
    const bytes = name.endsWith(".tmp") ? undefined : await disk.read(join(layout.recovered, name));
    if (bytes !== undefined) await target.add(join(to.recovered, name), bytes);
  }
}

/** What a tree of this size has, and nothing that a writer has added since. What is missing, `verify` finds. */
function treeSteps(
  disk: Disk,
  { root }: Layout,
  target: CopyTarget,
  { size, payloadBytes }: { readonly size: number; readonly payloadBytes: number },
): (() => Promise<void>)[] {
  const copy = async (path: string, bytes: Buffer | undefined) => {
    if (bytes !== undefined) await target.add(join(target.directory, path), bytes);
  };
  const bundles = Math.ceil(size / TILE_WIDTH);
  const steps = [...tilesOfSize(size)].map(({ level, index, width }) => async () => {
    const bytes = await readPartialOrFull(disk, root, (partial) => tilePath(level, index, partial), width);
    await copy(tilePath(level, index, width), bytes?.subarray(0, width * 32));
  });
  for (let index = 0; index < bundles; index += 1) {
    steps.push(async () => {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const bytes = await readPartialOrFull(disk, root, (partial) => entriesPath(index, partial), width);
      await copy(entriesPath(index, width), bytes && firstEntries(bytes, width));
      const payload = await disk.read(join(root, payloadPath(index)));
      await copy(payloadPath(index), width < TILE_WIDTH ? payload?.subarray(0, payloadBytes) : payload);
    });
  }
  return steps;
}

async function runAll(
  steps: readonly (() => Promise<void>)[],
  onProgress: CopyOptions["onProgress"],
): Promise<void> {
  let done = 0;
  const queue = steps[Symbol.iterator]();
  const work = async () => {
    for (const step of queue) {
      await step();
      done += 1;
      onProgress?.(done, steps.length);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** A bundle that became full since begins with what it held before. */
function firstEntries(bytes: Buffer, width: number): Buffer {
  let offset = 0;
  for (let at = 0; at < width && offset + 2 <= bytes.length; at += 1)
    offset += 2 + bytes.readUInt16BE(offset);
  return bytes.subarray(0, offset);
}
