import { LedgerError } from "../error.ts";
import { emptyRoot, HASH_BYTES, hashNodeInto } from "./hash.ts";
import { type ReadHash, rangeHash } from "./proofs.ts";
import { TILE_WIDTH, tileWidth } from "./tile-path.ts";

/** Gives the bytes of one tile: exactly `width` hashes. It may throw whatever it likes when the tile is not there. */
export type ReadTile = (level: number, index: number, width: number) => Uint8Array;

/** A proof needs two tiles of each level at most, so this serves any proof, and a walk along the leaves as well. */
const TILES_KEPT = 64;

/** A tile covers eight levels of the tree, since 256 is 2^8. */
const HEIGHT = 8;

/**
 * Reads hashes of a tree of `size` leaves out of its tiles. Only every eighth level of the tree is stored, so the levels
 * between are hashed again, once for each tile, and the most recent tiles are kept.
 *
 * Nothing here is checked against a checkpoint: a proof made from damaged tiles is a proof that does not verify.
 */
export function tileHashReader(readTile: ReadTile, size: number): ReadHash {
  const kept = new Map<string, Uint8Array[]>();

  function rowsOf(level: number, index: number): Uint8Array[] {
    const name = `${level}/${index}`;
    const rows = kept.get(name) ?? rowsInside(readWholeTile(readTile, level, index, size));
    // A map remembers the order of insertion: putting it back makes it the most recent.
    kept.delete(name);
    kept.set(name, rows);
    for (const oldest of kept.keys()) {
      if (kept.size <= TILES_KEPT) break;
      kept.delete(oldest);
    }
    return rows;
  }

  return (level, index) => {
    const row = level % HEIGHT;
    const hashesPerTile = TILE_WIDTH / 2 ** row;
    const rows = rowsOf((level - row) / HEIGHT, Math.floor(index / hashesPerTile));
    const begin = (index % hashesPerTile) * HASH_BYTES;
    const hash = rows[row]!.subarray(begin, begin + HASH_BYTES);
    if (hash.length !== HASH_BYTES)
      throw new RangeError(`a tree of size ${size} has no hash ${index} at level ${level}`);
    return hash;
  };
}

/** The root of a tree of `size` leaves, from the tiles on its right edge. */
export function rootFromTiles(readTile: ReadTile, size: number): Buffer {
  return size === 0 ? emptyRoot() : rangeHash(0, size, tileHashReader(readTile, size));
}

function readWholeTile(readTile: ReadTile, level: number, index: number, size: number): Uint8Array {
  const width = tileWidth(level, index, size);
  if (width === 0) throw new RangeError(`a tree of size ${size} has no tile ${index} at level ${level}`);
  const bytes = readTile(level, index, width);
  if (bytes.length !== width * HASH_BYTES) {
    const where = `tile ${index} of level ${level}`;
    throw new LedgerError("TILE_MALFORMED", `${where} has ${bytes.length} bytes, not ${width} hashes`);
  }
  return bytes;
}

/** The rows of the tree inside a tile: its own hashes, then the roots of each two, four … of them that are complete. */
function rowsInside(tile: Uint8Array): Uint8Array[] {
  const rows = [tile];
  for (let row = 1, below = tile; row < HEIGHT; row++) {
    const count = Math.floor(below.length / HASH_BYTES / 2);
    const above = Buffer.allocUnsafeSlow(count * HASH_BYTES);
    for (let i = 0; i < count; i++) {
      const left = 2 * i * HASH_BYTES;
      hashNodeInto(above, i * HASH_BYTES, below, left, below, left + HASH_BYTES);
    }
    rows.push(above);
    below = above;
  }
  return rows;
}
