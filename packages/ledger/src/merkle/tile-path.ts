/**
 * Where a tile of the tree is kept, by https://c2sp.org/tlog-tiles ("Merkle Tree"). Pure arithmetic, which a browser
 * can run as well.
 *
 *     tile/<L>/<N>[.p/<W>]         256 hashes of level L, or W of them while the tile is not full
 *     tile/entries/<N>[.p/<W>]     the entries that the level-0 tile N hashes
 *
 * L is 0 to 63. N is written in groups of three digits, all but the last led by an `x`, so that no name is both a file
 * and a folder: 1234067 is `x001/x234/067`. W is 1 to 255.
 */
import { LedgerError } from "../error.ts";

export const TILE_WIDTH = 256;
export const TILE_BYTES: number = TILE_WIDTH * 32;
const LEVEL_MAX = 63;

export interface TileCoordinates {
  readonly level: number;
  readonly index: number;
  /** How many hashes the tile holds: 256 when it is full. */
  readonly width: number;
}

export interface BundleCoordinates {
  readonly index: number;
  readonly width: number;
}

/** The path of a tile; a full one unless a smaller width is given. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!isWithin(level, 0, LEVEL_MAX)) throw new RangeError(`${level} is not a level of a tree`);
  return `tile/${level}/${formatIndex(index)}${formatWidth(width)}`;
}

/** The path of a bundle of entries. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${formatIndex(index)}${formatWidth(width)}`;
}

/** Reads the path of a tile. Anything that `tilePath` would not have written is an error. */
export function parseTilePath(path: string): TileCoordinates {
  const [, level, index, width] = TILE_PATTERN.exec(path) ?? refuse(path);
  const coordinates = { level: Number(level), ...parsePlace(path, index!, width) };
  if (coordinates.level > LEVEL_MAX) refuse(path);
  return coordinates;
}

/** Reads the path of a bundle of entries. */
export function parseEntriesPath(path: string): BundleCoordinates {
  const [, index, width] = ENTRIES_PATTERN.exec(path) ?? refuse(path);
  return parsePlace(path, index!, width);
}

/** Every tile of a tree of `size` leaves, level by level from the leaves up. */
export function* tilesOfSize(size: number): Generator<TileCoordinates, void, undefined> {
  let hashes = size;
  for (let level = 0; hashes > 0; level++) {
    const full = Math.floor(hashes / TILE_WIDTH);
    for (let index = 0; index < full; index++) yield { level, index, width: TILE_WIDTH };
    if (hashes % TILE_WIDTH > 0) yield { level, index: full, width: hashes % TILE_WIDTH };
    // Only full tiles are hashed upward.
    hashes = full;
  }
}

/** How many hashes of a tile exist in a tree of `size` leaves: 0 when there is no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

const PLACE = String.raw`((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?`;
const TILE_PATTERN = new RegExp(`^tile/(0|[1-9]\\d?)/${PLACE}$`);
const ENTRIES_PATTERN = new RegExp(`^tile/entries/${PLACE}$`);

function parsePlace(path: string, indexText: string, widthText: string | undefined): BundleCoordinates {
  const index = Number(indexText.replace(/[x/]/g, ""));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  // A leading group of zeros would be a second name for the same tile.
  const isOnlyName = Number.isSafeInteger(index) && formatIndex(index) === indexText;
  const isPartial = widthText === undefined || width < TILE_WIDTH;
  return isOnlyName && isPartial ? { index, width } : refuse(path);
}

function formatIndex(index: number): string {
  if (!isWithin(index, 0, Number.MAX_SAFE_INTEGER))
    throw new RangeError(`${index} is not the index of a tile`);
  let path = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return path;
}

function formatWidth(width: number): string {
  if (!isWithin(width, 1, TILE_WIDTH)) throw new RangeError(`${width} is not the width of a tile`);
  return width === TILE_WIDTH ? "" : `.p/${width}`;
}

function isWithin(value: number, minimum: number, maximum: number): boolean {
  return Number.isSafeInteger(value) && value >= minimum && value <= maximum;
}

function refuse(path: string): never {
  throw new LedgerError("TILE_MALFORMED", `${JSON.stringify(path)} is not the path of a tile`);
}
