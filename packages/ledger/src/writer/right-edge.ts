import { join } from "node:path";
import { LedgerError } from "../error.ts";
import { HASH_BYTES, hashLeaf } from "../merkle/hash.ts";
import { TileBuilder } from "../merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath, tileWidth } from "../merkle/tile-path.ts";
import { type Disk, openExisting } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { payloadPath } from "../store/paths.ts";
import type { TreeState } from "../store/tree-state.ts";
import { parseEnvelope } from "../verifier/envelope.ts";
import { splitEntries } from "../wal/frame.ts";
import { Integrator } from "./integrator.ts";
import type { LedgerKeys } from "./open-keys.ts";

/** Where the log goes on. */
export interface RightEdge {
  readonly integrator: Integrator;
  /** The epoch of the last entry in the tree; 0 when there is none. */
  readonly epoch: number;
}

/**
 * Takes the tree up again from its right edge on disk, and holds the edge against the state: the last tile of each
 * level, the last bundle, and the length of the last payload file. Appending to a damaged edge would make the damage
 * part of everything that follows.
 */
export async function openRightEdge(
  disk: Disk,
  layout: Layout,
  keys: Omit<LedgerKeys, "ring">,
  state: TreeState,
): Promise<RightEdge> {
  const tiles = await openTiles(disk, layout, state);
  const integratorOf = (open: Buffer) => new Integrator(disk, layout, keys, tiles, open, state);
  if (state.size === 0) return { integrator: integratorOf(Buffer.alloc(0)), epoch: 0 };
  const index = Math.floor((state.size - 1) / TILE_WIDTH);
  const width = state.size - index * TILE_WIDTH;
  const bundle = await mustRead(disk, layout, entriesPath(index, width));
  const entries = splitEntries(bundle) ?? [];
  const leaves = Buffer.concat(entries.map(hashLeaf));
  const tile = await mustRead(disk, layout, tilePath(0, index, width));
  if (!leaves.equals(tile) || !leaves.subarray(-HASH_BYTES).equals(state.lastLeaf)) {
    const path = join(layout.root, entriesPath(index, width));
    throw damaged(`${path} does not hold the entries that ${layout.tree} and the last tile speak of`);
  }
  const isFull = width === TILE_WIDTH;
  if (!isFull) await checkPayloadLength(disk, join(layout.root, payloadPath(index)), state.payloadBytes);
  return {
    integrator: integratorOf(isFull ? Buffer.alloc(0) : bundle),
    epoch: parseEnvelope(entries.at(-1) as Buffer).e,
  };
}

async function openTiles(disk: Disk, layout: Layout, state: TreeState): Promise<TileBuilder> {
  const edge = new Map<string, Buffer>();
  for (let level = 0, hashes = state.size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH)) {
    const index = Math.floor(hashes / TILE_WIDTH);
    const width = tileWidth(level, index, state.size);
    if (width === 0) continue;
    const path = tilePath(level, index, width);
    const bytes = await mustRead(disk, layout, path);
    if (bytes.length !== width * HASH_BYTES)
      throw damaged(`${join(layout.root, path)} has ${bytes.length} bytes, not ${width} hashes`);
    edge.set(path, bytes);
  }
  const tiles = new TileBuilder(
    state.size,
    ({ level, index, width }) => edge.get(tilePath(level, index, width)) as Buffer,
  );
  if (!tiles.root().equals(state.root))
    throw damaged(`the last tiles below ${join(layout.root, "tile")} do not have the root of ${layout.tree}`);
  return tiles;
}

async function checkPayloadLength(disk: Disk, path: string, payloadBytes: number): Promise<void> {
  const file = await openExisting(disk, path);
  if (file === undefined) throw damaged(`${path} is missing`);
  const { size } = await file.stat().finally(() => file.close());
  if (size < payloadBytes) throw damaged(`${path} has ${size} bytes, there must be ${payloadBytes} or more`);
}

async function mustRead(disk: Disk, layout: Layout, path: string): Promise<Buffer> {
  const bytes = await disk.read(join(layout.root, path));
  if (bytes === undefined) throw damaged(`${join(layout.root, path)} is missing`);
  return bytes;
}

function damaged(what: string): LedgerError {
  return new LedgerError("STATE_DAMAGED", `${what}: run verify, and restore it from a copy`);
}
