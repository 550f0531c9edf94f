import { createHash } from "node:crypto";
import { join } from "node:path";
import { LedgerError } from "../error.ts";
import type { LedgerEvent } from "../event.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Signer } from "../keys/signer.ts";
import { emptyRoot } from "../merkle/hash.ts";
import { TileBuilder } from "../merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { EMPTY_TREE, readTreeState, type TreeState } from "../store/tree-state.ts";
import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { parseNote } from "../verifier/note.ts";
import { type DamagedTail, scanWal } from "../wal/scan.ts";
import { freeSegment } from "../wal/segment.ts";
import { Integrator } from "./integrator.ts";
import { replayable } from "./replay.ts";

export interface Recovered {
  readonly integrator: Integrator;
  readonly events: readonly LedgerEvent[];
  readonly nextSegment: number;
}

/** The index key and the signing key stand first in every ring and are announced by no record. */
const KEYS_OF_THE_LEDGER = 2;

export interface RecoveryParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly ledgerId: Buffer;
  readonly frameKey: Buffer;
  readonly ring: KeyRing;
  readonly signer: Signer;
}

/**
 * Brings a directory from whatever state a stop left it in to one where everything written is integrated.
 *
 * Nothing is repaired in silence: what cannot be explained by a crash refuses to start, and a torn tail is copied
 * aside and becomes a record. Running it twice gives the same result.
 */
export async function recover(parts: RecoveryParts): Promise<Recovered> {
  const { disk, layout } = parts;
  const scan = await scanWal(disk, layout.wal, parts.ledgerId, parts.frameKey);
  const state = (await readTreeState(disk, layout.tree)) ?? {
    ...EMPTY_TREE,
    root: emptyRoot(),
    keys: KEYS_OF_THE_LEDGER,
  };
  const integrator = await openIntegrator(parts, state);
  await integrator.integrate(replayable(scan, state), true);
  await refuseRewind(parts, integrator.state);
  const events = scan.tail ? [await keepTail(disk, layout, scan.tail, integrator.state.size)] : [];
  if (integrator.state.size > 0) await integrator.publish();
  for (const segment of scan.segments) await freeSegment(disk, layout.wal, segment);
  const nextSegment = Math.max(state.wal.segment, scan.segments.at(-1) ?? 0) + 1;
  return { integrator, events, nextSegment };
}

/** Takes the tree up again from the right edge on disk, and holds it against the state's root. */
async function openIntegrator(parts: RecoveryParts, state: TreeState): Promise<Integrator> {
  const { disk, layout, signer } = parts;
  const edge = new Map<string, Buffer>();
  for (let level = 0, hashes = state.size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH)) {
    if (hashes % TILE_WIDTH === 0) continue;
    const path = tilePath(level, Math.floor(hashes / TILE_WIDTH), hashes % TILE_WIDTH);
    edge.set(path, await mustRead(disk, layout, path));
  }
  const tiles = new TileBuilder(
    state.size,
    ({ level, index, width }) => edge.get(tilePath(level, index, width)) ?? Buffer.alloc(0),
  );
  if (!tiles.root().equals(state.root)) {
    throw new LedgerError(
      "STATE_DAMAGED",
      `the tiles below ${layout.root} do not have the root of ${layout.tree}: run verify, and restore from a copy`,
    );
  }
  const width = state.size % TILE_WIDTH;
  const path = entriesPath(Math.floor(state.size / TILE_WIDTH), width || TILE_WIDTH);
  const entries = width === 0 ? Buffer.alloc(0) : await mustRead(disk, layout, path);
  return new Integrator(disk, layout, signer, tiles, entries, state);
}

async function mustRead(disk: Disk, layout: Layout, path: string): Promise<Buffer> {
  const bytes = await disk.read(join(layout.root, path));
  if (bytes === undefined)
    throw new LedgerError("STATE_DAMAGED", `${join(layout.root, path)} is missing: restore it from a copy`);
  return bytes;
}

/** What was ever signed must still be here, unchanged: otherwise this is an old copy, or somebody's rewrite. */
async function refuseRewind({ disk, layout }: RecoveryParts, state: TreeState): Promise<void> {
  const note = await disk.read(layout.signed);
  if (note === undefined) return;
  const signed = parseCheckpoint(parseNote(note).text);
  const isRewound =
    signed.size > state.size || (signed.size === state.size && !state.root.equals(signed.root));
  if (isRewound) {
    throw new LedgerError(
      "REWIND_DETECTED",
      `a checkpoint of size ${signed.size} was signed here, but only ${state.size} entries can be found, or others: this is an older copy of the ledger, or it was changed`,
    );
  }
}

/** Copies a torn tail aside, before its segment is used again. */
async function keepTail(
  disk: Disk,
  layout: Layout,
  tail: DamagedTail,
  firstIndex: number,
): Promise<LedgerEvent> {
  const digest = createHash("sha256").update(tail.bytes).digest("hex");
  const file = `${tail.segment}-${tail.offset}-${digest.slice(0, 16)}.bin`;
  await disk.makeDirectory(layout.recovered);
  await disk.replace(join(layout.recovered, file), tail.bytes);
  await disk.syncDirectory(layout.recovered);
  return {
    type: "ledger.recovered",
    firstIndex,
    bytes: tail.bytes.length,
    digest,
    file,
    possiblyAcknowledged: true,
  };
}
