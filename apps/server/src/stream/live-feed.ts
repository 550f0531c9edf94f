import type { RecordRow } from "@custody/domain";
import type { Records } from "../records.ts";

/**
 * From one look to the next, at least. Each costs a millisecond or two, however little it finds, and under load there is
 * always a little. The ledger counts what is on its way to the log file too, which is there at most 20 ms later.
 */
const LOOK_AGAIN_MS = 25;

/**
 * After so many looks that found nothing, a disk stalls or the index cannot be written: both end, at a time that nobody
 * announces. The ledger may grow no further meanwhile, so we go on looking, at leisure.
 */
const FRUITLESS_LOOKS_MAX = 20;
const LOOK_AT_LEISURE_MS = 500;

export type FeedListener = (rows: readonly RecordRow[], cursor: number) => void;

/** Has the index follow the ledger as it grows. */
export class LiveFeed {
  readonly #records: Records;
  readonly #warn: (text: string) => void;
  #announced = 0;
  /** Set back in the same turn in which nothing was left to follow: what is announced behind that begins anew. */
  #isFollowing = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #hasFailed = false;

  constructor(records: Records, warn: (text: string) => void) {
    this.#records = records;
    this.#warn = warn;
  }

  get cursor(): number {
    return this.#records.cursor;
  }

  /** How far behind the ledger the index is, as far as we were told. */
  get lag(): number {
    return Math.max(0, this.#announced - this.#records.cursor);
  }

  /** Rows are put together only while somebody listens, so whoever needs none should not. */
  listen(listener: FeedListener): () => void {
    return this.#records.onRows(listener);
  }

  /** The ledger has `size` entries now. */
  grown(size: number): void {
    this.#announced = size;
    if (!this.#isFollowing) void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #follow(): Promise<void> {
    this.#isFollowing = true;
    let fruitless = 0;
    while (this.lag > 0 && !this.#isClosed) {
      await this.#pause(fruitless < FRUITLESS_LOOKS_MAX ? LOOK_AGAIN_MS : LOOK_AT_LEISURE_MS);
      // Somebody who asks looks too.
      if (this.lag === 0 || this.#isClosed) break;
      const before = this.#records.cursor;
      await this.#look();
      fruitless = this.#records.cursor === before ? fruitless + 1 : 0;
    }
    this.#isFollowing = false;
  }

  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    try {
      await this.#records.follow();
      this.#hasFailed = false;
    } catch (error) {
      // We look again many times a second, and say it once.
      if (!this.#hasFailed && !this.#isClosed)
        this.#warn(`the index cannot follow the ledger: ${(error as Error).message}`);
      this.#hasFailed = true;
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const leftMs = this.#lookedAt + milliseconds - performance.now();
    if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs).unref());
  }
}
