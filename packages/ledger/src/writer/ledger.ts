import { type Appended, checkEntry, copyEntry, type NewEntry, Place, type Safety } from "../entry.ts";
import { LedgerError } from "../error.ts";
import type { DescribeEvent, LedgerEvent } from "../event.ts";
import type { KeyRing, KeyScope } from "../keys/key-ring.ts";
import { diskError } from "../store/disk-error.ts";
import type { AcceptedEntry } from "./accepted.ts";
import type { CommitLoop } from "./commit-loop.ts";
import type { Publisher } from "./publisher.ts";

/** What an open ledger is made of; `open-ledger.ts` puts it together. */
export interface LedgerParts {
  readonly directory: string;
  readonly origin: string;
  readonly verifierKey: string;
  readonly epoch: number;
  readonly instance: string;
  readonly clock: () => number;
  readonly describeEvent: DescribeEvent;
  readonly ring: KeyRing;
  /** How many rows of the key ring are announced by records. */
  readonly announcedKeys: number;
  readonly loop: CommitLoop;
  readonly publisher: Publisher;
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
  /** The last of those who wait for room, and how many there are. */
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(parts: LedgerParts, events: readonly LedgerEvent[]) {
    this.directory = parts.directory;
    this.origin = parts.origin;
    this.verifierKey = parts.verifierKey;
    this.instance = parts.instance;
    this.#parts = parts;
    this.#size = parts.loop.durableSize;
    const rows = parts.ring.rows();
    this.#announced = new Set(rows.slice(0, parts.announcedKeys).map(({ id }) => id));
    for (const { id } of rows) this.#announce(id);
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
      if (!this.#hasRoom()) return this.#appendInTurn(copyEntry(entry), payloadBytes, safety);
      const place = this.#enqueue(entry, payloadBytes);
      return this.#parts.loop.reach(place.index + 1, safety, place);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Appends several entries that stand one behind the other. When one of them is invalid, none is appended. */
  async appendAll(entries: readonly NewEntry[], safety: Safety): Promise<void> {
    const sizes = entries.map(checkEntry);
    this.#refuseWhenOver();
    const size = this.#hasRoom()
      ? this.#enqueueAll(entries, sizes)
      : await this.#enqueueAllInTurn(entries.map(copyEntry), sizes);
    if (safety !== "queued") await this.#parts.loop.reach(size, safety);
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

  /** Makes everything durable, publishes it, seals the write-ahead file and gives up the lock. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { loop, publisher, epoch, release } = this.#parts;
    try {
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

  /** Nobody waits for room, and there is some. */
  #hasRoom(): boolean {
    return this.#waiting === 0 && !this.#parts.loop.isFull;
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

  /** Calls `accept` when there is room, in the order of the calls. */
  #inTurn<T>(accept: () => T): Promise<T> {
    this.#waiting += 1;
    const turn = this.#line.then(async () => {
      try {
        while (this.#parts.loop.isFull) await this.#parts.loop.room();
        this.#refuseWhenOver();
        return accept();
      } finally {
        this.#waiting -= 1;
      }
    });
    this.#line = turn.catch(() => {});
    return turn;
  }

  #refuseWhenOver(): void {
    const { failure } = this.#parts.loop;
    if (failure) throw failure;
    if (this.#closing) throw new LedgerError("LEDGER_CLOSED", "the ledger is closed");
  }

  /** Returns the size that the log has with them. */
  #enqueueAll(entries: readonly NewEntry[], sizes: readonly number[]): number {
    for (const [at, entry] of entries.entries()) this.#enqueue(entry, sizes[at] as number);
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
      commitment: "",
      ordinal: 0,
      digest: "",
    };
    this.#size += 1;
    loop.accept(accepted, entry.payload);
    return place;
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
