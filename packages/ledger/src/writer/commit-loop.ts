import type { LedgerError } from "../error.ts";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import { diskError } from "../store/disk-error.ts";
import { BATCH_ENTRIES_MAX, PENDING_BYTES_MAX, SYNC_DELAY_MS } from "../store/limits.ts";
import { frameSpace } from "../wal/frame.ts";
import type { AcceptedEntry } from "./accepted.ts";
import { type Batch, EntryQueue } from "./entry-queue.ts";
import type { FrameMemory } from "./frame-space.ts";
import type { Integrable } from "./integrator.ts";
import type { Sequencer } from "./sequencer.ts";
import { Waiters } from "./waiters.ts";
import type { WalWriter } from "./wal-writer.ts";

/** A commit that is written, and waits to be durable and then integrated. */
export interface PendingCommit extends Integrable {
  readonly bytes: number;
  readonly memory: FrameMemory;
}

/**
 * Group commit: whatever waits is written as one frame, whatever is written is synced together.
 *
 * There is no timer on the way of anybody who waits. Batches form by themselves while the last sync runs: entries
 * that only need to be durable wait for it, unless there are enough of them to seal a batch in the meantime, so that
 * the processor works while the disk does. Reads (`written`) never wait for a sync.
 */
export class CommitLoop {
  readonly #wal: WalWriter;
  readonly #sequencer: Sequencer;
  readonly #written = new Waiters();
  readonly #durable = new Waiters();
  readonly #room = new Waiters();
  readonly #onChange: () => void;
  readonly #queue = new EntryQueue();
  #writtenSize: number;
  #durableSize: number;
  #keys: number;
  #commits: PendingCommit[] = [];
  #pendingBytes = 0;
  #scheduled = false;
  #pumping = false;
  #rotating: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #late: NodeJS.Timeout | undefined;
  #failure: LedgerError | undefined;

  /** `onChange` is called whenever more is durable, and when nothing ever will be again. */
  constructor(wal: WalWriter, sequencer: Sequencer, size: number, keys: number, onChange: () => void) {
    this.#wal = wal;
    this.#sequencer = sequencer;
    this.#writtenSize = size;
    this.#durableSize = size;
    this.#keys = keys;
    this.#onChange = onChange;
  }

  /** The queue has no room; see `room`. */
  get isFull(): boolean {
    return this.#queue.isFull;
  }

  get durableSize(): number {
    return this.#durableSize;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  get failure(): LedgerError | undefined {
    return this.#failure;
  }

  /** Takes an entry in. It is written at the latest after `SYNC_DELAY_MS`. */
  accept(entry: AcceptedEntry, payload: string | Uint8Array): void {
    this.#queue.add(entry, payload);
    this.#armLate();
  }

  /** Resolves once the first `size` entries are as safe as asked, to `value`. */
  reach<T = void>(size: number, safety: "written" | "durable", value?: T): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (size <= (safety === "written" ? this.#writtenSize : this.#durableSize))
      return Promise.resolve(value as T);
    this.#wake();
    return (safety === "written" ? this.#written : this.#durable).wait(size, value as T);
  }

  /** Resolves when half of the queue has been taken: for those whom a full queue made wait. */
  room(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    this.#wake();
    return this.#room.wait(this.#writtenSize + Math.ceil(this.#queue.length / 2), undefined);
  }

  /**
   * Hands over the commits that are durable, oldest first. With `wholeBundles` those that come behind the last full bundle
   * stay, if they are not the most.
   */
  takeDurable({ wholeBundles }: { readonly wholeBundles: boolean }): PendingCommit[] {
    const isOpen = (commit: PendingCommit) => endOf(commit) > this.#durableSize;
    const open = this.#commits.findIndex(isOpen);
    const durable = open === -1 ? this.#commits.length : open;
    const endsBundle = (commit: PendingCommit, at: number) =>
      at < durable && endOf(commit) % TILE_WIDTH === 0;
    const whole = wholeBundles ? this.#commits.findLastIndex(endsBundle) + 1 : durable;
    return this.#commits.splice(0, whole * 2 > durable ? whole : durable);
  }

  /** The handed over commits are integrated; their memory is free. */
  integrated(commits: readonly PendingCommit[]): void {
    for (const { bytes, memory } of commits) {
      this.#pendingBytes -= bytes;
      this.#sequencer.release(memory);
    }
    this.#wake();
  }

  /** Sticky: whoever waits now or later is told the same. Nothing is retried on a disk that failed once. */
  fail(error: unknown, doing: string): void {
    this.#failure ??= diskError(error, doing);
    clearTimeout(this.#late);
    for (const waiters of [this.#written, this.#durable, this.#room]) waiters.fail(this.#failure);
    this.#onChange();
  }

  /** Resolves when nothing is being written or synced. After a failure nothing begins any more. */
  async idle(): Promise<void> {
    await this.#rotating?.catch(() => {});
    while (this.#syncing) await this.#syncing;
  }

  /** Writes a seal behind the last frame: from here on, damage before it is corruption and not a crash. */
  async seal(epoch: number): Promise<void> {
    clearTimeout(this.#late);
    if (!this.#wal.fits(4)) await this.#wal.rotate(4);
    const firstIndex = this.#durableSize;
    const previousLeaf = this.#sequencer.lastLeaf;
    const head = { kind: "seal" as const, epoch, count: 0, firstIndex, previousLeaf };
    const empty = { blocksBytes: 0, entriesBytes: 0 };
    this.#wal.write(Buffer.alloc(frameSpace(4)), { ...head, ...empty }, firstIndex);
    await this.#wal.sync();
  }

  #wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump().catch((error) => this.fail(error, "writing the write-ahead file"));
    });
  }

  async #pump(): Promise<void> {
    if (this.#pumping || this.#failure) return;
    this.#pumping = true;
    try {
      while (this.#queue.length > 0 && this.#isWorthACommit()) {
        if (this.#pendingBytes > PENDING_BYTES_MAX) {
          // Only what is durable is integrated. Whoever waits for more than is written would never ask for that.
          this.#sync();
          break;
        }
        const batch = this.#queue.take() as Batch;
        const commit = this.#sequencer.commit(batch);
        this.#queue.giveBack(batch);
        const bodyBytes = 4 + commit.head.blocksBytes + commit.head.entriesBytes;
        if (!this.#wal.fits(bodyBytes)) await this.#rotate(bodyBytes);
        this.#wal.write(commit.target, commit.head, this.#durableSize);
        for (const { type } of batch.entries) if (type === "key.created") this.#keys += 1;
        this.#commits.push({
          firstIndex: commit.head.firstIndex,
          count: commit.head.count,
          blocks: commit.blocks,
          entries: commit.entries,
          leafHashes: commit.leafHashes,
          memory: commit.memory,
          keys: this.#keys,
          wal: this.#wal.position,
          bytes: bodyBytes,
        });
        this.#pendingBytes += bodyBytes;
        this.#writtenSize = commit.head.firstIndex + commit.head.count;
        this.#written.reached(this.#writtenSize);
        this.#room.reached(this.#writtenSize);
        this.#syncIfAwaited();
      }
    } finally {
      this.#pumping = false;
    }
    this.#syncIfAwaited();
  }

  /** With a sync under way, entries that wait for the next one may gather. */
  #isWorthACommit(): boolean {
    return this.#syncing === undefined || this.#written.count > 0 || this.#queue.length >= BATCH_ENTRIES_MAX;
  }

  /** The old segment is synced and closed meanwhile, so no sync of ours may touch it. */
  async #rotate(bodyBytes: number): Promise<void> {
    // The end of one sync may begin another.
    while (this.#syncing) await this.#syncing;
    // A sync that failed must not be tried again, and rotating would.
    if (this.#failure) throw this.#failure;
    this.#rotating = this.#wal.rotate(bodyBytes);
    try {
      await this.#rotating;
    } finally {
      this.#rotating = undefined;
    }
    if (this.#failure) throw this.#failure;
  }

  #syncIfAwaited(): void {
    if (this.#durable.nearest <= this.#writtenSize) this.#sync();
  }

  #sync(): void {
    if (this.#syncing || this.#rotating || this.#failure || this.#writtenSize === this.#durableSize) return;
    const size = this.#writtenSize;
    this.#syncing = this.#wal.sync().then(
      () => {
        this.#syncing = undefined;
        this.#durableSize = size;
        this.#durable.reached(size);
        this.#onChange();
        if (this.#queue.length > 0) this.#wake();
        else this.#syncIfAwaited();
      },
      (error) => {
        this.#syncing = undefined;
        this.fail(error, "syncing the write-ahead file");
      },
    );
  }

  /** For what nobody waits for, we wait ourselves a little later; a failure is told to whoever comes next. */
  #armLate(): void {
    this.#late ??= setTimeout(() => {
      this.#late = undefined;
      this.reach(this.#writtenSize + this.#queue.length, "durable").catch(() => {});
    }, SYNC_DELAY_MS);
  }
}

function endOf({ count, firstIndex }: PendingCommit): number {
  return firstIndex + count;
}
