import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { BlobStore } from "../blobs/blob-store.ts";
import { findOrders } from "../erasure/find-orders.ts";
import { readPendingOrders } from "../erasure/pending-orders.ts";
import { LedgerError } from "../error.ts";
import { type DescribeEvent, describeEventAsJson, type LedgerEvent } from "../event.ts";
import type { KeySource } from "../keys/key-source.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { type KeyOptions, sourceOf } from "../keys/unlock.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { readCopyMark, removeCopyMark } from "../store/copy-mark.ts";
import { DirectoryLock } from "../store/directory-lock.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { diskError } from "../store/disk-error.ts";
import { createFormat, type Format, readFormat } from "../store/format.ts";
import { type Layout, layoutOf } from "../store/layout.ts";
import { CHECKPOINT_INTERVAL_MS, INTEGRATE_BYTES, SEGMENT_BYTES } from "../store/limits.ts";
import { freeSegment } from "../wal/segment.ts";
import { type AcceptLoss, beginOrigin, restoredEvent } from "./begin-origin.ts";
import { CommitLoop } from "./commit-loop.ts";
import { nextEpoch } from "./epoch.ts";
import { Ledger } from "./ledger.ts";
import { type LedgerKeys, openKeys } from "./open-keys.ts";
import { Publisher } from "./publisher.ts";
import { type Recovered, recover } from "./recover.ts";
import { Sequencer } from "./sequencer.ts";
import { WalWriter } from "./wal-writer.ts";

export interface LedgerOptions extends KeyOptions {
  /** Made when it does not exist. */
  readonly directory: string;
  /** The log's name, for a new ledger; a schema-less URL. Default: `custody.local/<random>`. */
  readonly origin?: string;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly describeEvent?: DescribeEvent;
  readonly disk?: Disk;
  /** For a copy, or a directory of which more was signed than is there: goes on under a new origin. */
  readonly acceptLoss?: AcceptLoss;
  readonly segmentBytes?: number;
  readonly checkpointIntervalMs?: number;
}

/**
 * Opens a ledger for appending: takes the lock, recovers from whatever stop there was, and starts a new epoch.
 *
 * @throws LedgerError LEDGER_LOCKED, FORMAT_NEWER, MASTER_KEY_WRONG, WAL_DAMAGED, REWIND_DETECTED, STATE_DAMAGED …
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const disk = options.disk ?? nodeDisk;
  const layout = layoutOf(options.directory);
  try {
    await disk.makeDirectory(layout.wal);
    await disk.makeDirectory(dirname(layout.keyRing));
    const lock = await DirectoryLock.acquire(layout.lock);
    try {
      return await openLocked(options, disk, layout, () => lock.release());
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall ? diskError(error, "opening the ledger") : error;
  }
}

async function openLocked(
  options: LedgerOptions,
  disk: Disk,
  layout: Layout,
  unlock: () => Promise<void>,
): Promise<Ledger> {
  const mark = await readCopyMark(disk, layout);
  if (mark !== undefined && options.acceptLoss === undefined) throw isCopy(options.directory);
  const found = (await readFormat(disk, layout)) ?? (await createFormat(disk, layout, options.origin));
  const source = sourceOf(disk, layout, options);
  const previous = options.previousKeySources ?? [];
  const plan =
    options.acceptLoss &&
    (await beginOrigin({ disk, layout, source, previous, format: found }, options.acceptLoss, mark));
  const format = plan ? { id: found.id, origin: plan.origin } : found;
  const keys = await openKeys(disk, layout, format, source, previous);
  await writeVerifierKey(disk, layout, keys.signer.verifierKey);
  const recovered = await recover({ disk, layout, ledgerId: format.id, keys });
  const epoch = await nextEpoch(disk, layout, recovered.epoch);
  const wal = await WalWriter.open(
    {
      disk,
      directory: layout.wal,
      ledgerId: format.id,
      frameKey: keys.frameKey,
      segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    },
    recovered.nextSegment,
  );
  const release = async () => {
    await wal.close();
    await unlock();
  };
  let ledger: Ledger | undefined;
  try {
    const { size, root } = recovered.integrator.state;
    const restored = plan ? [restoredEvent(plan, mark, size, root)] : [];
    const events = openingEvents(format, size, epoch, [...recovered.events, ...restored]);
    ledger = startLedger(
      options,
      { disk, layout, format, ...keys, source },
      recovered,
      epoch,
      wal,
      release,
      events,
    );
    await ledger.settle("durable");
    await ledger.resumeRotation(keys.place);
    await goOnErasing(ledger, options, disk, layout);
    if (plan) await removeCopyMark(disk, layout);
    for (const segment of recovered.segments) {
      await freeSegment(disk, layout.wal, segment);
      // One by one, oldest first: should the power go in between, no segment may be missing in the middle.
      await disk.syncDirectory(layout.wal);
    }
    return ledger;
  } catch (error) {
    // Whatever is under way must end before somebody else may have the directory.
    await (ledger ? ledger.close().catch(() => {}) : wal.close());
    throw error;
  }
}

interface StartedParts extends LedgerKeys {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly format: Format;
  readonly source: KeySource | MasterKey;
}

/** Erasures that a stop interrupted are carried out before anything else may be recorded. */
async function goOnErasing(
  ledger: Ledger,
  options: LedgerOptions,
  disk: Disk,
  layout: Layout,
): Promise<void> {
  const pending = await readPendingOrders(disk, layout);
  if (pending.length === 0) return;
  const reader = await LedgerReader.open({ ...options, disk });
  await ledger.resumeErasures(await findOrders(reader, pending));
}

/** Connects the parts of a running ledger, and records that it runs. */
function startLedger(
  options: LedgerOptions,
  { disk, format, layout, ...keys }: StartedParts,
  recovered: Recovered,
  epoch: number,
  wal: WalWriter,
  release: () => Promise<void>,
  events: readonly LedgerEvent[],
): Ledger {
  const { state } = recovered.integrator;
  const sequencer = new Sequencer(format.id, epoch, state.lastLeaf);
  const loop: CommitLoop = new CommitLoop(wal, sequencer, state.size, state.keys, () => publisher.wake());
  const publisher = new Publisher(loop, recovered.integrator, wal, {
    intervalMs: options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS,
    integrateBytes: INTEGRATE_BYTES,
    monotonic: () => performance.now(),
  });
  const fail = (error: unknown, doing: string) => {
    loop.fail(error, doing);
    return loop.failure as LedgerError;
  };
  const blobs = new BlobStore({
    disk: options.disk ?? nodeDisk,
    directory: layoutOf(options.directory).blobs,
    ledgerId: format.id,
    epoch,
    fail,
    failure: () => loop.failure,
  });
  return new Ledger(
    {
      directory: options.directory,
      origin: format.origin,
      verifierKey: keys.signer.verifierKey,
      epoch,
      instance: randomUUID(),
      clock: options.clock ?? Date.now,
      describeEvent: options.describeEvent ?? describeEventAsJson,
      disk,
      layout,
      ring: keys.ring,
      treeSize: () => recovered.integrator.state.size,
      keySource: keys.source,
      announcedKeys: state.keys,
      loop,
      publisher,
      blobs,
      release,
    },
    events,
  );
}

function openingEvents(
  format: Format,
  size: number,
  epoch: number,
  found: readonly LedgerEvent[],
): LedgerEvent[] {
  const created: LedgerEvent[] = size === 0 ? [{ type: "ledger.created", origin: format.origin }] : [];
  return [...created, ...found, { type: "ledger.opened", epoch, size }];
}

function isCopy(directory: string): LedgerError {
  return new LedgerError(
    "LEDGER_IS_COPY",
    `${directory} is a copy of a ledger, which may have gone on since: use the original, or accept what the copy lacks with \`custody recover --accept-loss\``,
  );
}

async function writeVerifierKey(disk: Disk, layout: Layout, verifierKey: string): Promise<void> {
  const line = Buffer.from(`${verifierKey}\n`);
  const present = await disk.read(layout.verifier);
  if (present?.equals(line)) return;
  if (present !== undefined)
    throw new LedgerError(
      "STATE_DAMAGED",
      `${layout.verifier} is not this ledger's key: restore it from a copy`,
    );
  await disk.replace(layout.verifier, line, 0o644);
  await disk.syncDirectory(dirname(layout.verifier));
}
