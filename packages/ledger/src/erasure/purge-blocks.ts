import { dirname, join } from "node:path";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { payloadPath } from "../store/paths.ts";
import { type ErasedBlocks, erasures, type IsDestroyed, withoutBlocks } from "./erase-blocks.ts";

export interface PurgeParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly isDestroyed: IsDestroyed;
  /** How many entries are in the tree now. Payload files of full bundles below it do not change any more. */
  readonly treeSize: () => number;
  readonly isStopped: () => boolean;
  /** Everything before this bundle is purged, durably. */
  readonly onProgress: (nextBundle: number, erased: ErasedBlocks) => Promise<void>;
}

/** Progress is written down after so many bundles. */
const BUNDLES_AT_ONCE = 64;

/**
 * Takes the blocks of destroyed keys out of the payload files from bundle `first` up to and including `last`. The keys
 * are gone already, so nobody could read them; this gives the space back. Returns false when it was stopped.
 */
export async function purgeBlocks(parts: PurgeParts, first: number, last: number): Promise<boolean> {
  let erased = { blocks: 0, bytes: 0 };
  const directories = new Set<string>();
  for (let bundle = first; bundle <= last; bundle += 1) {
    if (parts.isStopped()) return false;
    const path = join(parts.layout.root, payloadPath(bundle));
    const isFull = (bundle + 1) * TILE_WIDTH <= parts.treeSize();
    const found = await (isFull ? purgeFull(parts, path) : purgeOpen(parts, path));
    if (found.blocks > 0) directories.add(dirname(path));
    erased = { blocks: erased.blocks + found.blocks, bytes: erased.bytes + found.bytes };
    if (bundle !== last && (bundle - first + 1) % BUNDLES_AT_ONCE !== 0) continue;
    for (const directory of directories) await parts.disk.syncDirectory(directory);
    directories.clear();
    await parts.onProgress(bundle + 1, erased);
    erased = { blocks: 0, bytes: 0 };
  }
  return true;
}

async function purgeFull({ disk, isDestroyed }: PurgeParts, path: string): Promise<ErasedBlocks> {
  const file = await disk.read(path);
  const found = file && withoutBlocks(file, isDestroyed);
  if (found === undefined) return { blocks: 0, bytes: 0 };
  if (found.left.length === 0) await disk.remove(path);
  else await disk.replace(path, found.left);
  return found;
}

/** Its writer goes on behind what is there, so nothing may move. */
async function purgeOpen({ disk, isDestroyed }: PurgeParts, path: string): Promise<ErasedBlocks> {
  const bytes = await disk.read(path);
  const places = bytes ? erasures(bytes, isDestroyed) : [];
  if (places.length === 0) return { blocks: 0, bytes: 0 };
  const file = await disk.open(path, "r+");
  try {
    for (const { at, erased } of places) disk.writeSync(file.fd, erased, at);
    await disk.sync(file.fd);
  } finally {
    await file.close();
  }
  return { blocks: places.length, bytes: places.reduce((sum, { erased }) => sum + erased.length, 0) };
}
