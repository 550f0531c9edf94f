import { LedgerError } from "../error.ts";
import { hashLeafInPlace } from "../merkle/hash.ts";
import { type Tile, TileBuilder } from "../merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { parseNote } from "../verifier/note.ts";
import { entryEnds } from "../wal/frame.ts";
import { readPartialOrFull } from "./bundle.ts";

/** A file of the public log, by its path in c2sp.org/tlog-tiles. */
export interface PublicFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface PublicLogOptions {
  readonly directory: string;
  /** A checkpoint of this ledger: the files are those of its size, whatever was appended since. */
  readonly checkpoint: string;
  readonly disk?: Disk;
}

/**
 * Everything that the public log of one size consists of, the checkpoint last, and nothing else.
 *
 * Tiles are not copied but hashed anew from the entries, and the root is compared before the checkpoint is handed out:
 * so what comes out is whole, or this throws. Needs no key, and holds one bundle at a time.
 *
 * @throws LedgerError STATE_DAMAGED when the stored entries are not those that the checkpoint covers.
 */
export async function* publicLog(options: PublicLogOptions): AsyncGenerator<PublicFile, void, undefined> {
  const { checkpoint, directory, disk = nodeDisk } = options;
  const { root, size } = parseCheckpoint(parseNote(checkpoint).text);
  const tiles = new TileBuilder();
  const read = (bundle: number) => readEntries(disk, directory, bundle, size);
  let ahead = read(0);
  for (let bundle = 0; bundle * TILE_WIDTH < size; bundle += 1) {
    const { bytes, ends } = await ahead;
    ahead = read(bundle + 1);
    // Whoever awaits it sees the failure; until then, and if nobody does, it must not count as unhandled.
    ahead.catch(() => {});
    // Before they are handed out: they are hashed in place, and somebody may be writing them to a file then.
    for (const [at, end] of ends.entries())
      tiles.appendDigest(hashLeafInPlace(bytes, (ends[at - 1] ?? 0) + 2, end));
    yield { bytes, path: entriesPath(bundle, ends.length) };
    for (const tile of tiles.takeFull()) yield publicTile(tile);
  }
  for (const tile of tiles.partials()) yield publicTile(tile);
  if (!tiles.root().equals(root))
    throw damaged(`the entries of ${directory} are not those that its checkpoint of size ${size} covers`);
  yield { bytes: Buffer.from(checkpoint), path: "checkpoint" };
}

function publicTile({ bytes, index, level, width }: Tile): PublicFile {
  return { bytes, path: tilePath(level, index, width) };
}

/** The entries of a bundle in a log of `size`, and where they end in it; none behind its last. It may have grown since. */
async function readEntries(
  disk: Disk,
  directory: string,
  bundle: number,
  size: number,
): Promise<{ bytes: Buffer; ends: number[] }> {
  const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH);
  if (width <= 0) return { bytes: Buffer.alloc(0), ends: [] };
  const stored = await readPartialOrFull(disk, directory, (partial) => entriesPath(bundle, partial), width);
  const ends = stored && entryEnds(stored)?.slice(0, width);
  if (stored === undefined || ends === undefined || ends.length < width)
    throw damaged(`bundle ${bundle} of ${directory} is missing or damaged`);
  return { bytes: stored.subarray(0, ends[width - 1]), ends };
}

function damaged(what: string): LedgerError {
  return new LedgerError("STATE_DAMAGED", `${what}: run verify`);
}
