import type { LedgerReader } from "@custody/ledger";
import type { IndexTables } from "../indexing/index-tables.ts";
import { purge } from "./purge.ts";

/** So long it rests after a failure: whatever failed will fail again, and each attempt reads much of the ledger. */
const REST_MS = 10_000;

export interface PurgerParts {
  readonly reader: LedgerReader;
  /** The tables as they are at the moment; undefined when they must not be touched. */
  readonly tables: () => IndexTables | undefined;
  readonly onFailure: (cause: unknown) => void;
}

/** Purges in the background, one file at a time. */
export class Purger {
  readonly #parts: PurgerParts;
  /** Somebody has asked since it last looked. Asked in the same turn in which it ends: what comes behind that begins anew. */
  #isWanted = false;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #failedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: PurgerParts) {
    this.#parts = parts;
  }

  /** Begins, or goes on, when there is something to do. */
  start(): void {
    if (performance.now() - this.#failedMs < REST_MS) return;
    this.#isWanted = true;
    if (!this.#isRunning) this.#running = this.#run();
  }

  /** Resolves once it does nothing. */
  async idle(): Promise<void> {
    while (this.#isRunning) await this.#running;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        await this.#purgeAll();
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Tables may be opened anew meanwhile. */
  async #purgeAll(): Promise<void> {
    const { onFailure, reader, tables } = this.#parts;
    let last: IndexTables | undefined;
    for (let now = tables(); now !== undefined && now !== last; now = tables()) {
      const current = now;
      last = current;
      const isOver = () => tables() !== current;
      try {
        if (current.erasures.isPending) await purge({ isOver, reader, tables: current });
      } catch (cause) {
        if (isOver()) continue;
        this.#failedMs = performance.now();
        this.#isWanted = false;
        return onFailure(cause);
      }
    }
  }
}
