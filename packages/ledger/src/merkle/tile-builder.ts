import { LedgerError } from "../error.ts";
import { CompactRange } from "./compact-range.ts";
import { type Digest, putDigest } from "./digest.ts";
import { copyHash, emptyRoot, HASH_BYTES, hashNodeInto, hashPairsInto } from "./hash.ts";
import { TILE_BYTES, TILE_WIDTH, type TileCoordinates, tileWidth } from "./tile-path.ts";

/** A tile and its bytes. The bytes never change once they are handed out. */
export interface Tile extends TileCoordinates {
  readonly bytes: Buffer;
}

/** The tile that is being filled at one level, and its own right edge. */
interface OpenTile {
  bytes: Buffer;
  index: number;
  /** Takes hashes in when somebody asks for the root; a tile that fills up before that never needs it. */
  range: CompactRange;
  /** The width at which it was last taken as a partial tile. */
  taken: number;
  width: number;
}

/**
 * Turns leaf hashes into tiles, by https://c2sp.org/tlog-tiles ("Merkle Tree"), and knows the root as well.
 *
 * Each level keeps the one tile that is not full yet. When it fills up, its root becomes the next hash of the level
 * above; a partial tile is never hashed upward.
 *
 * The tiles that are handed out are views of the builder's memory, not copies. That is safe because the builder only
 * ever writes behind them: it appends to an open tile, and leaves a full one alone.
 */
export class TileBuilder {
  #size: number;
  readonly #levels: OpenTile[] = [];
  #full: Tile[] = [];

  /**
   * Starts an empty tree, or takes one up again. `readPartial` is asked for each tile on the right edge that is not
   * full, and gives its `width * 32` bytes; whether those are the right ones shows when `root()` is compared with a
   * checkpoint, which a caller must do.
   */
  constructor(size = 0, readPartial?: (tile: TileCoordinates) => Uint8Array) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not the size of a tree`);
    this.#size = size;
    for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
      const index = Math.floor(hashes / TILE_WIDTH);
      const width = tileWidth(level, index, size);
      this.#levels.push(width === 0 ? openTile(index) : reopenTile({ level, index, width }, readPartial));
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the leaf hash that stands in `leafHash` at `offset`. */
  append(leafHash: Uint8Array, offset = 0): void {
    const { bytes, width } = this.#open(0);
    copyHash(bytes, width * HASH_BYTES, leafHash, offset);
    this.#grow(0);
    this.#size++;
  }

  /** The same for a leaf hash that comes from hashing. */
  appendDigest(leafHash: Digest): void {
    const { bytes, width } = this.#open(0);
    putDigest(bytes, width * HASH_BYTES, leafHash);
    this.#grow(0);
    this.#size++;
  }

  /** The tiles that became full since the last call, in the order in which they did. */
  takeFull(): Tile[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Every partial tile of the present size. At most one for each level. */
  partials(): Tile[] {
    return this.#levels.flatMap((open, level) => (open.width === 0 ? [] : [partialTile(open, level)]));
  }

  /** The partial tiles that have grown since the last call, so that the upper levels are not written again each time. */
  takeChangedPartials(): Tile[] {
    const changed: Tile[] = [];
    for (const [level, open] of this.#levels.entries()) {
      if (open.width !== open.taken) changed.push(partialTile(open, level));
      open.taken = open.width;
    }
    return changed;
  }

  /** The root at the present size: the edges of all the levels, joined from the leaves up. */
  root(): Buffer {
    const [last, ...larger] = this.#levels.flatMap((open) => rangeOf(open).hashes().reverse());
    if (last === undefined) return emptyRoot();
    for (const hash of larger) hashNodeInto(last, 0, hash, 0, last, 0);
    return last;
  }

  #open(level: number): OpenTile {
    if (level === this.#levels.length) this.#levels.push(openTile(0));
    return this.#levels[level]!;
  }

  /** One more hash is in the open tile of a level. */
  #grow(level: number): void {
    const open = this.#levels[level]!;
    open.width++;
    if (open.width < TILE_WIDTH) return;
    this.#full.push({ level, index: open.index, width: TILE_WIDTH, bytes: open.bytes });
    this.#levels[level] = openTile(open.index + 1);
    const above = this.#open(level + 1);
    const root = open.range.size === 0 ? rootOfFull(open.bytes) : rangeOf(open).root();
    copyHash(above.bytes, above.width * HASH_BYTES, root, 0);
    this.#grow(level + 1);
  }
}

function rangeOf({ bytes, range, width }: OpenTile): CompactRange {
  while (range.size < width) range.append(bytes, range.size * HASH_BYTES);
  return range;
}

/** Scratch memory for the upper rows of a tile. */
const rows = Buffer.allocUnsafeSlow(TILE_BYTES / 2);

/** The root over a whole tile, row by row, which takes half of the time that it takes hash by hash. */
function rootOfFull(bytes: Buffer): Buffer {
  hashPairsInto(rows, bytes, TILE_WIDTH);
  for (let count = TILE_WIDTH / 2; count > 1; count /= 2) hashPairsInto(rows, rows, count);
  return rows.subarray(0, HASH_BYTES);
}

/** Not from Node's pool: a tile that waits to be written would keep a whole slab of the pool alive. */
function openTile(index: number): OpenTile {
  return { bytes: Buffer.allocUnsafeSlow(TILE_BYTES), index, range: new CompactRange(), taken: 0, width: 0 };
}

function reopenTile(tile: TileCoordinates, readPartial?: (tile: TileCoordinates) => Uint8Array): OpenTile {
  const bytes = readPartial?.(tile);
  if (bytes?.length !== tile.width * HASH_BYTES) {
    const where = `tile ${tile.index} of level ${tile.level}`;
    throw new LedgerError(
      "TILE_MALFORMED",
      `${where} has ${bytes?.length ?? 0} bytes, not ${tile.width} hashes`,
    );
  }
  const open = openTile(tile.index);
  open.bytes.set(bytes);
  open.width = tile.width;
  open.taken = tile.width;
  return open;
}

function partialTile(open: OpenTile, level: number): Tile {
  const bytes = open.bytes.subarray(0, open.width * HASH_BYTES);
  return { level, index: open.index, width: open.width, bytes };
}
