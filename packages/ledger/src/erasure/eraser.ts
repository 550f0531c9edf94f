import { LedgerError } from "../error.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { type ErasureOrder, ORDER_KEYS_MAX } from "./order.ts";
import { type PendingOrder, writePendingOrders } from "./pending-orders.ts";
import { purgeBlocks } from "./purge-blocks.ts";

/** What was taken away, beside the keys. */
export interface Purged {
  readonly order: number;
  readonly keys: number;
  readonly blocks: number;
  readonly bytes: number;
}

/** An order whose keys are gone. */
export interface Erasure {
  /** The index of its record. */
  readonly order: number;
  /** Resolves when its blocks are gone as well; rejects when that has to wait for the next start. */
  readonly purged: Promise<Purged>;
}

export interface EraserParts {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly ring: KeyRing;
  readonly size: () => number;
  /** Of the ledger's own records, orders among them: it may not go. */
  readonly ownKey: () => string;
  /** The index of the last entry that one of the keys has sealed in this run; -1 when there is none. */
  readonly lastUse: (keys: readonly string[]) => number;
  readonly treeSize: () => number;
  /** Records an order, durably, and resolves to its index. */
  readonly recordOrder: (order: ErasureOrder) => Promise<number>;
  /** Removes every blob of a key, durably; may be repeated. */
  readonly removeBlobs: (keyId: string) => Promise<void>;
  readonly recordCompletion: (purged: Purged) => Promise<void>;
  /** Resolves when everything up to this entry is in bundles and payload files. */
  readonly integrated: (index: number) => Promise<void>;
}

/** Told how many bundles are done, and of how many. */
export type OnPurge = (bundles: number, of: number) => void;

/**
 * Erases in two phases, both recorded: the order, durable before anything is destroyed, and its completion. The keys go
 * at once; the blocks that they sealed follow in the background. A stop at any moment is gone on from at the next start.
 *
 * Calls of `erase` and `resume` must not overlap, nor any other change of the key ring.
 */
export class Eraser {
  readonly #parts: EraserParts;
  #pending: readonly PendingOrder[] = [];
  #writing: Promise<void> = Promise.resolve();
  #purging: Promise<unknown> = Promise.resolve();
  readonly #stop = new AbortController();

  constructor(parts: EraserParts) {
    this.#parts = parts;
  }

  async erase(order: ErasureOrder, onPurge: OnPurge = () => {}): Promise<Erasure> {
    const { ownKey, ring, recordOrder, size } = this.#parts;
    const keys = order.keys.filter((id) => ring.has(id));
    if (keys.includes(ownKey()))
      throw new LedgerError(
        "ERASURE_INVALID",
        `key ${ownKey()} is the ledger's own: without it nobody could read what was ordered`,
      );
    if (keys.length === 0 || keys.length > ORDER_KEYS_MAX)
      throw new LedgerError(
        "ERASURE_INVALID",
        `an order names 1 to ${ORDER_KEYS_MAX} keys that are there, not ${keys.length}`,
      );
    // From here on nothing new is sealed with them, so all that they sealed stands before the order.
    ring.retire(keys);
    const whole = { ...order, keys, to: Math.max(order.to, this.#parts.lastUse(keys)) };
    const pending = { ...whole, size: size() };
    await this.#setPending((orders) => [...orders, pending]);
    const recorded = { ...pending, order: await recordOrder(whole) };
    return this.#carryOut(pending, recorded, onPurge);
  }

  /** Goes on with orders whose records are there. */
  async resume(recorded: readonly (PendingOrder & { readonly order: number })[]): Promise<void> {
    await this.#setPending(() => recorded);
    for (const order of recorded) {
      this.#parts.ring.retire(order.keys);
      const { purged } = await this.#carryOut(order, order, () => {});
      // Whoever waits for it is gone; a failure leaves it for the next start.
      purged.catch(() => {});
    }
  }

  /** Ends the purge after the file that it is at, or while it waits for the tree. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#purging;
  }

  async #carryOut(
    before: PendingOrder,
    order: PendingOrder & { readonly order: number },
    onPurge: OnPurge,
  ): Promise<Erasure> {
    const { ring } = this.#parts;
    if (order.keys.some((id) => ring.has(id))) await ring.destroy(order.keys);
    await this.#setPending((orders) => orders.map((each) => (each === before ? order : each)));
    const purged = this.#purging.then(() => this.#purge(order, onPurge));
    this.#purging = purged.catch(() => {});
    return { order: order.order, purged };
  }

  async #purge(order: PendingOrder & { readonly order: number }, onPurge: OnPurge): Promise<Purged> {
    const { disk, layout, treeSize, integrated, recordCompletion, removeBlobs } = this.#parts;
    for (const key of order.keys) await removeBlobs(key);
    const { signal } = this.#stop;
    await untilAborted(integrated(order.order), signal);
    const gone = new Set(order.keys);
    const first = order.nextBundle ?? Math.floor(order.from / TILE_WIDTH);
    const last = Math.floor(Math.min(order.to, order.order) / TILE_WIDTH);
    let current: PendingOrder = order;
    const sum = { blocks: 0, bytes: 0 };
    const isDone = await purgeBlocks(
      {
        disk,
        layout,
        treeSize,
        isDestroyed: (id) => gone.has(id),
        isStopped: () => signal.aborted,
        onProgress: async (nextBundle, { blocks, bytes }) => {
          sum.blocks += blocks;
          sum.bytes += bytes;
          const next = { ...current, nextBundle };
          const past = current;
          current = next;
          await this.#setPending((orders) => orders.map((each) => (each === past ? next : each)));
          onPurge(nextBundle - first, last - first + 1);
        },
      },
      first,
      last,
    );
    if (!isDone)
      throw new LedgerError("LEDGER_CLOSED", "the ledger is closed; the next start goes on with the erasure");
    const purged = { order: order.order, keys: order.keys.length, ...sum };
    await recordCompletion(purged);
    await this.#setPending((orders) => orders.filter((each) => each !== current));
    return purged;
  }

  /** Changes come from an order and from the purge of another one; they are written one after the other. */
  #setPending(change: (orders: readonly PendingOrder[]) => readonly PendingOrder[]): Promise<void> {
    this.#pending = change(this.#pending);
    const { disk, layout } = this.#parts;
    const written = this.#writing.then(() => writePendingOrders(disk, layout, this.#pending));
    this.#writing = written.catch(() => {});
    return written;
  }
}

/** Resolves early when the signal comes: a checkpoint may be far away, and whoever closes does not wait for it. */
async function untilAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const aborted = new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  await Promise.race([done, aborted]);
}
