import { join } from "node:path";
import { BLOCK_HEADER_BYTES, readBlockHeader } from "../block/block.ts";
import { digestText, sha256 } from "../merkle/digest.ts";
import { entriesPath, TILE_WIDTH } from "../merkle/tile-path.ts";
import type { Disk } from "../store/disk.ts";
import { payloadPath } from "../store/paths.ts";
import { splitEntries } from "../wal/frame.ts";

/** Up to 256 entries and their sealed blocks, by the digest that envelopes name. */
export interface Bundle {
  readonly entries: readonly Buffer[];
  readonly blocks: ReadonlyMap<string, Buffer>;
}

/** Reads a bundle of a tree of `size`; undefined when its envelopes are missing or cannot be told apart. */
export async function readBundle(
  disk: Disk,
  root: string,
  index: number,
  size: number,
): Promise<Bundle | undefined> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const bytes = await readPartialOrFull(disk, root, (partial) => entriesPath(index, partial), width);
  const entries = bytes && splitEntries(bytes);
  if (entries === undefined || entries.length < width) return undefined;
  const payload = (await disk.read(join(root, payloadPath(index)))) ?? Buffer.alloc(0);
  return {
    entries: entries.slice(0, width),
    blocks: new Map(wholeBlocks(payload).map((block) => [blockDigest(block), block])),
  };
}

/** A partial file may have given way to the full one since the size was read. */
export async function readPartialOrFull(
  disk: Disk,
  root: string,
  path: (width: number) => string,
  width: number,
): Promise<Buffer | undefined> {
  return (await disk.read(join(root, path(width)))) ?? (await disk.read(join(root, path(TILE_WIDTH))));
}

export function blockDigest(block: Buffer): string {
  return digestText(sha256(block));
}

/** The blocks at the beginning of a file that may be growing. */
function wholeBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let offset = 0; offset + BLOCK_HEADER_BYTES <= bytes.length; ) {
    try {
      const { isErased, length } = readBlockHeader(bytes, offset);
      if (!isErased) blocks.push(bytes.subarray(offset, offset + length));
      offset += length;
    } catch {
      break;
    }
  }
  return blocks;
}
