import { createHash } from "node:crypto";
import { join } from "node:path";
import { LedgerError } from "../error.ts";
import type { LedgerEvent } from "../event.ts";
import { emptyRoot } from "../merkle/hash.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { EMPTY_TREE, readTreeState, type TreeState } from "../store/tree-state.ts";
import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { openNote } from "../verifier/note.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { type DamagedTail, scanWal } from "../wal/scan.ts";
import type { Integrator } from "./integrator.ts";
import type { LedgerKeys } from "./open-keys.ts";
import { replayable } from "./replay.ts";
import { openRightEdge } from "./right-edge.ts";

export interface Recovered {
  readonly integrator: Integrator;
  /** The epoch of the last entry; 0 when there is none. */
  readonly epoch: number;
  readonly events: readonly LedgerEvent[];
  /** Segments of earlier starts. They go once the events are durable, or a second crash could lose what they tell. */
  readonly segments: readonly number[];
  readonly nextSegment: number;
}

/** The index key and the signing key stand first in every ring and are announced by no record. */
const KEYS_OF_THE_LEDGER = 2;

export interface RecoveryParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly ledgerId: Buffer;
  readonly keys: Omit<LedgerKeys, "ring">;
}

/**
 * Brings a directory from whatever state a stop left it in to one where everything written is integrated.
 *
 * Nothing is repaired in silence: what cannot be explained by a crash refuses to start, and a torn tail is copied
 * aside and becomes a record. Running it twice gives the same result.
 */
export async function recover(parts: RecoveryParts): Promise<Recovered> {
  const { disk, layout, ledgerId, keys } = parts;
  const state = (await readTreeState(disk, layout.tree, keys.frameKey)) ?? {
    ...EMPTY_TREE,
    root: emptyRoot(),
    keys: KEYS_OF_THE_LEDGER,
  };
  const start = { ...state.wal, size: state.size };
  const scan = await scanWal(disk, layout.wal, ledgerId, keys.frameKey, start);
  const replayed = replayable(scan, state);
  // Before anything is written: a rewind must leave the directory as it was found.
  const edge = await openRightEdge(disk, layout, keys, state);
  const end = replayed.at(-1);
  await refuseRewind(parts, end ? end.firstIndex + end.count : state.size);
  await edge.integrator.integrate(replayed, true);
  await refuseRewrite(parts, edge.integrator.state);
  const { size } = edge.integrator.state;
  const events = scan.tail ? [await keepTail(disk, layout, scan.tail, size)] : [];
  if (size > 0) await edge.integrator.publish();
  return {
    integrator: edge.integrator,
    epoch: scan.frames.at(-1)?.frame.epoch ?? edge.epoch,
    events,
    segments: scan.segments,
    nextSegment: Math.max(state.wal.segment, scan.segments.at(-1) ?? 0) + 1,
  };
}

/** What was ever signed must still be here: otherwise this is an old copy, or the end was cut off. */
async function refuseRewind(parts: RecoveryParts, size: number): Promise<void> {
  for (const signed of await signedCheckpoints(parts))
    if (signed.size > size) throw rewound(signed.size, size);
}

/** And it must be unchanged. */
async function refuseRewrite(parts: RecoveryParts, state: TreeState): Promise<void> {
  for (const signed of await signedCheckpoints(parts)) {
    if (signed.size === state.size && !state.root.equals(signed.root)) throw rewound(signed.size, state.size);
  }
}

/** What this ledger has signed, by its own files. The public one is written anew at each start, so it may be damaged. */
async function signedCheckpoints({
  disk,
  layout,
  keys,
}: RecoveryParts): Promise<{ size: number; root: Uint8Array }[]> {
  const key = await parseVerifierKey(keys.signer.verifierKey, nodePrimitives);
  const open = async (note: Buffer) => parseCheckpoint((await openNote(note, [key], nodePrimitives)).text);
  const signed = await disk.read(layout.signed);
  const published = await disk.read(layout.checkpoint);
  if (signed === undefined && published !== undefined)
    throw new LedgerError("STATE_DAMAGED", `${layout.signed} is missing: restore it from a copy`);
  const ours = signed && (await open(signed).catch((cause) => refuseSigned(layout.signed, cause)));
  const theirs = published && (await open(published).catch(() => undefined));
  return [ours, theirs].filter((checkpoint) => checkpoint !== undefined);
}

function refuseSigned(path: string, cause: unknown): never {
  throw new LedgerError("STATE_DAMAGED", `${path} was damaged or changed: restore it from a copy`, { cause });
}

function rewound(signed: number, size: number): LedgerError {
  return new LedgerError(
    "REWIND_DETECTED",
    `a checkpoint of size ${signed} was signed here, but only ${size} entries can be found, or others: this is an older copy of the ledger, or it was changed`,
  );
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
