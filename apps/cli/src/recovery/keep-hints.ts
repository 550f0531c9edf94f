import { setImmediate as afterEvents } from "node:timers/promises";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { writeHints } from "./hints.ts";
import type { SessionIndexes } from "./session-indexes.ts";

/** Often enough that a start after a crash reads seconds of traffic and not hours. */
const INTERVAL_MS = 3000;

/** Keeps the hints fresh while the program runs. */
export class HintKeeper {
  readonly #directory: string;
  readonly #recorder: LedgerRecorder;
  readonly #indexes: SessionIndexes;
  readonly #timer: NodeJS.Timeout;
  #last = "";

  constructor(directory: string, recorder: LedgerRecorder, indexes: SessionIndexes) {
    this.#directory = directory;
    this.#recorder = recorder;
    this.#indexes = indexes;
    this.#timer = setInterval(() => void this.write(), INTERVAL_MS).unref();
  }

  /** Never fails: without hints a start takes longer, and that is all. */
  async write(): Promise<void> {
    try {
      const from = await this.#recorder.openFrom();
      // A session whose record became durable just now is noted by those who waited with us.
      await afterEvents();
      const hints = { from, sessions: this.#indexes.current() };
      const text = JSON.stringify(hints);
      if (text !== this.#last) writeHints(this.#directory, hints);
      this.#last = text;
    } catch {
      // The ledger or the disk failed: whoever records is told, and here nothing is lost.
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
