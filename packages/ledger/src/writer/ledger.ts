import type { BlobStore } from "../blobs/blob-store.ts";
import type { BlobReference } from "../blobs/reference.ts";
import type { BlobSource } from "../blobs/stoppable-source.ts";
import { type Appended, checkEntry, copyEntry, type NewEntry, Place, type Safety } from "../entry.ts";
import { Eraser, type Erasure, type OnPurge } from "../erasure/eraser.ts";
import type { ErasureOrder } from "../erasure/order.ts";
import { LedgerError } from "../error.ts";
import type { DescribeEvent, LedgerEvent } from "../event.ts";
import type { KeyRing, ScopedKey } from "../keys/key-ring.ts";
import type { KeyScope } from "../keys/key-scope.ts";
import type { KeySource } from "../keys/key-source.ts";
import type { MasterKey } from "../keys/master-key.ts";
import { exportableKey, type Found } from "../keys/unlock.ts";
import { NO_DIGEST } from "../merkle/digest.ts";
import type { Disk } from "../store/disk.ts";
import { diskError } from "../store/disk-error.ts";
import type { Layout } from "../store/layout.ts";
import type { AcceptedEntry } from "./accepted.ts";
import type { CommitLoop } from "./commit-loop.ts";
import type { Publisher } from "./publisher.ts";
import { RoomLine } from "./room-line.ts";
import { Rotation } from "./rotation.ts";

/** A master key, and how often it had been rotated, and one. */
export interface ExportedMasterKey {
  readonly generation: number;
  readonly key: Buffer;
}

/** What an open ledger is made of; `open-ledger.ts` puts it together. */
export interface LedgerParts {
  readonly directory: string;
  readonly origin: string;
  readonly verifierKey: string;
  readonly epoch: number;
  readonly instance: string;
  readonly clock: () => number;
  readonly describeEvent: DescribeEvent;
  readonly disk: Disk;
  readonly layout: Layout;
  readonly ring: KeyRing;
  /** How many entries are in tiles and bundles. */
  readonly treeSize: () => number;
  readonly keySource: KeySource | MasterKey;
  /** How many rows of the key ring are announced by records. */
  readonly announcedKeys: number;
  readonly loop: CommitLoop;
  readonly publisher: Publisher;
  readonly blobs: BlobStore;
  /** Closes files and gives the lock back. */
  readonly release: () => Promise<void>;
}

/** The ledger's own entries stay readable whatever happens to sessions. */
const OWN_SCOPE: KeyScope = { project: "", class: "governance" };

/**
 * A ledger open for appending, by one process at a time; see `openLedger`.
 *
 * Entries get their index in the order of the calls. After the first failure to write, every call rejects with that
 * same LedgerError (LEDGER_DISK_FULL or LEDGER_IO) until the ledger is opened again.
 */
export class Ledger {
  readonly directory: string;
  readonly origin: string;
  /** The public key that checkpoints are verified with, as `name+hash+key`. */
  readonly verifierKey: string;
  /** Names this run of the writer; new at every start. */
  readonly instance: string;
  readonly #parts: LedgerParts;
  readonly #announced: Set<string>;
  #size: number;
  #ownSequence = 0;
  #closing: Promise<void> | undefined;
  /** The last change of the key ring. */
  #keyChanges: Promise<unknown> = Promise.resolve();
  readonly #rotation: Rotation;
  readonly #eraser: Eraser;
  /** By key, the index of the last entry that it encrypts. */
  readonly #lastUse = new Map<string, number>();
  readonly #line: RoomLine;

  constructor(parts: LedgerParts, events: readonly LedgerEvent[]) {
    this.directory = parts.directory;
    this.origin = parts.origin;
    this.verifierKey = parts.verifierKey;
    this.instance = parts.instance;
    this.#parts = parts;
    this.#line = new RoomLine(parts.loop);
    this.#size = parts.loop.durableSize;
    this.#rotation = new Rotation(parts.ring, parts.keySource, async (generation, source) => {
      this.#note({ type: "key.rotated", generation, source });
      await parts.loop.reach(this.#size, "durable");
    });
    this.#eraser = this.#makeEraser();
    const rows = parts.ring.rows();
    this.#announced = new Set(rows.slice(0, parts.announcedKeys).map(({ id }) => id));
    for (const { id } of rows) if (parts.ring.has(id)) this.#announce(id);
    for (const event of events) this.#note(event);
  }

  /** How many entries have an index, whether they are durable yet or not. */
  get size(): number {
    return this.#size;
  }

  get durableSize(): number {
    return this.#parts.loop.durableSize;
  }

  /** Why nothing is accepted any more; undefined while all is well. */
  get failure(): LedgerError | undefined {
    return this.#parts.loop.failure;
  }

  /** Resolves once the entry is as safe as asked. Waits while the queue is full. */
  append(entry: NewEntry, safety: Exclude<Safety, "queued"> = "durable"): Promise<Appended> {
    try {
      const payloadBytes = checkEntry(entry);
      this.#refuseWhenOver();
      if (!this.#line.hasRoom) return this.#appendInTurn(copyEntry(entry), payloadBytes, safety);
      const place = this.#enqueue(entry, payloadBytes);
      return this.#parts.loop.reach(place.index + 1, safety, place);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Appends several entries that stand one behind the other. When one of them is invalid, none is appended. */
  async appendAll(entries: readonly NewEntry[], safety: Safety): Promise<void> {
    const size = this.appendNow(entries)
      ? this.#size
      : await this.#enqueueAllInTurn(entries.map(copyEntry), entries.map(checkEntry));
    if (safety !== "queued") await this.#parts.loop.reach(size, safety);
  }

  /**
   * The same for `queued`, without waiting: false when there is no room, and then nothing is appended.
   *
   * @throws LedgerError what `appendAll` would reject with
   */
  appendNow(entries: readonly NewEntry[]): boolean {
    const sizes = entries.map(checkEntry);
    this.#refuseWhenOver();
    if (!this.#line.hasRoom) return false;
    this.#enqueueAll(entries, sizes);
    return true;
  }

  /**
   * Stores a large body, and resolves once it is durable: only then may a record name it. What was stored under the same
   * data key before is not stored again. A blob that no record names is never found, and stays until its key goes.
   *
   * The source is asked for the next piece when the last is taken in, so it is slowed down as the disk is; a piece may not
   * change until the next is asked for. When it throws, so does this, with its error.
   */
  async putBlob(scope: KeyScope, source: BlobSource): Promise<BlobReference> {
    this.#refuseWhenOver();
    const key = this.#keyOf(scope);
    this.#announce(key.id);
    return this.#parts.blobs.put(key, source);
  }

  /** Resolves once everything appended so far is as safe as asked. */
  settle(safety: Exclude<Safety, "queued">): Promise<void> {
    return this.#parts.loop.reach(this.#size, safety);
  }

  /** A published checkpoint that covers everything appended before the call. At most one a second is signed. */
  async checkpoint(): Promise<string> {
    const size = this.#size;
    await this.#parts.loop.reach(size, "durable");
    return this.#parts.publisher.covering(size);
  }

  /** How often the master key was rotated, and one. */
  get keyGeneration(): number {
    return this.#parts.ring.generation;
  }

  /** Wraps all keys under a new master key, while records go on. Resolves to its generation. */
  rotateMasterKey(): Promise<number> {
    return this.#withKeys(() => this.#rotation.begin());
  }

  /**
   * The master key in force, for a copy that these recipients can open. No rotation comes in between, and it is on
   * record before it is given out.
   *
   * @throws LedgerError MASTER_KEY_FIXED when the caller gave the key itself, MASTER_KEY_MALFORMED when it is gone
   */
  exportMasterKey(recipients: readonly string[], by: string): Promise<ExportedMasterKey> {
    return this.#withKeys(async () => {
      const { keySource, loop, ring } = this.#parts;
      const { generation } = ring;
      const key = await exportableKey(keySource);
      this.#note({ type: "key.exported", generation, recipients, by });
      await loop.reach(this.#size, "durable");
      return { generation, key };
    });
  }

  /** For whoever opens the ledger: see `Rotation`. */
  resumeRotation(place: Found["place"]): Promise<void> {
    return this.#withKeys(() => this.#rotation.resume(place));
  }

  /** The data keys that can be used, with their scopes. */
  keys(): AsyncGenerator<ScopedKey, void, undefined> {
    return this.#parts.ring.scopedKeys();
  }

  /** What a data key is for; undefined when it is not there, or the ledger's own. */
  scopeOf(keyId: string): KeyScope | undefined {
    return this.#parts.ring.scopeOf(keyId);
  }

  /** Whether something was encrypted with this key at or behind `index`, in this run of the writer. */
  isUsedSince(keyId: string, index: number): boolean {
    return (this.#lastUse.get(keyId) ?? -1) >= index;
  }

  /**
   * Destroys data keys, and with them whatever they encrypt, by an order that is recorded first. The tree and every
   * receipt stay as they are. Resolves once the keys are gone; their blocks go in the background.
   *
   * @throws LedgerError ERASURE_INVALID
   */
  erase(order: ErasureOrder, onPurge?: OnPurge): Promise<Erasure> {
    return this.#withKeys(() => this.#eraser.erase(order, onPurge));
  }

  /** For whoever opens the ledger: goes on with what a stop interrupted. */
  resumeErasures(orders: Parameters<Eraser["resume"]>[0]): Promise<void> {
    return this.#withKeys(() => this.#eraser.resume(orders));
  }

  /** Makes everything durable, publishes it, seals the write-ahead file and gives up the lock. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { blobs, loop, publisher, epoch, release } = this.#parts;
    await blobs.close();
    try {
      await this.#eraser.stop();
      if (loop.failure) return;
      this.#note({ type: "ledger.closed", epoch, size: this.#size });
      await loop.reach(this.#size, "durable");
      await publisher.finish();
      await loop.seal(epoch);
    } catch (error) {
      loop.fail(error, "closing the ledger");
      throw loop.failure;
    } finally {
      loop.fail(new LedgerError("LEDGER_CLOSED", "the ledger is closed"), "closing the ledger");
      // Whoever has the lock next must be alone with the files.
      await loop.idle();
      await publisher.idle();
      await release();
    }
  }

  /** One change of the key ring at a time. A failure to write it is as final as any other. */
  #withKeys<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#keyChanges.then(async () => {
      this.#refuseWhenOver();
      try {
        return await change();
      } catch (error) {
        if (error instanceof LedgerError) throw error;
        this.#parts.loop.fail(error, "writing the key ring");
        throw diskError(error, "writing the key ring");
      }
    });
    this.#keyChanges = done.catch(() => {});
    return done;
  }

  async #appendInTurn(
    entry: NewEntry,
    payloadBytes: number,
    safety: Exclude<Safety, "queued">,
  ): Promise<Appended> {
    const place = await this.#inTurn(() => this.#enqueue(entry, payloadBytes));
    return this.#parts.loop.reach(place.index + 1, safety, place);
  }

  #enqueueAllInTurn(entries: readonly NewEntry[], sizes: readonly number[]): Promise<number> {
    return this.#inTurn(() => this.#enqueueAll(entries, sizes));
  }

  #inTurn<T>(accept: () => T): Promise<T> {
    return this.#line.inTurn(() => {
      this.#refuseWhenOver();
      return accept();
    });
  }

  #refuseWhenOver(): void {
    const { failure } = this.#parts.loop;
    if (failure) throw failure;
    if (this.#closing) throw new LedgerError("LEDGER_CLOSED", "the ledger is closed");
  }

  /** Returns the size that the log has with them. */
  #enqueueAll(entries: readonly NewEntry[], sizes: readonly number[]): number {
    for (let at = 0; at < entries.length; at += 1)
      this.#enqueue(entries[at] as NewEntry, sizes[at] as number);
    return this.#size;
  }

  #enqueue(entry: NewEntry, payloadBytes: number): Place {
    const { ring, loop } = this.#parts;
    const key = this.#keyOf(entry.scope);
    if (!this.#announced.has(key.id)) this.#announce(key.id);
    const place = new Place(this.#size);
    const accepted: AcceptedEntry = {
      place,
      type: entry.type,
      timeMs: entry.timeMs,
      sequence: entry.sequence,
      payloadBytes,
      key,
      tenant: ring.reference("tenant", entry.scope.project),
      source: ring.reference("source", entry.source),
      session: entry.session === undefined ? undefined : ring.reference("session", entry.session),
      offset: 0,
      commitment: NO_DIGEST,
      ordinal: 0,
      digest: NO_DIGEST,
    };
    this.#lastUse.set(key.id, this.#size);
    this.#size += 1;
    loop.accept(accepted, entry.payload);
    return place;
  }

  #makeEraser(): Eraser {
    const { blobs, disk, layout, loop, publisher, ring, treeSize } = this.#parts;
    return new Eraser({
      disk,
      layout,
      ring,
      size: () => this.#size,
      ownKey: () => this.#keyOf(OWN_SCOPE).id,
      lastUse: (keys) => Math.max(...keys.map((id) => this.#lastUse.get(id) ?? -1)),
      treeSize,
      removeBlobs: (keyId) => blobs.remove(keyId),
      integrated: async (index) => {
        await loop.reach(index + 1, "durable");
        await publisher.covering(index + 1);
      },
      recordOrder: async (order) => {
        this.#note({ type: "key.shred-ordered", ...order });
        const index = this.#size - 1;
        await loop.reach(index + 1, "durable");
        return index;
      },
      recordCompletion: async (purged) => {
        this.#note({ type: "key.shred-completed", ...purged });
        await loop.reach(this.#size, "durable");
      },
    });
  }

  /** A new key is written to disk before it is used; a failure there is as final as any other. */
  #keyOf(scope: KeyScope): { id: string; key: Buffer } {
    try {
      return this.#parts.ring.dataKey(scope);
    } catch (error) {
      this.#parts.loop.fail(error, "writing the key ring");
      throw diskError(error, "writing the key ring");
    }
  }

  /** A key is announced right before its first use, in the order of the ring's rows. */
  #announce(id: string): void {
    if (this.#announced.has(id)) return;
    this.#announced.add(id);
    this.#note({ type: "key.created", key: id, check: this.#parts.ring.checkValue(id) });
  }

  #note(event: LedgerEvent): void {
    const { clock, describeEvent } = this.#parts;
    // The key for the ledger's own entries is new at the very first of them, and announces itself first.
    const { id } = this.#keyOf(OWN_SCOPE);
    if (event.type !== "key.created") this.#announce(id);
    const context = { instance: this.instance, sequence: this.#ownSequence, timeMs: clock() };
    this.#ownSequence += 1;
    const payload = describeEvent(event, context);
    const { instance: source, sequence, timeMs } = context;
    const entry = { type: event.type, timeMs, scope: OWN_SCOPE, source, sequence, payload };
    this.#enqueue(entry, Buffer.byteLength(payload));
  }
}
