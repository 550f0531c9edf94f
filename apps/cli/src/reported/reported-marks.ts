import { join } from "node:path";
import { isReportable } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { type KeptState, readKept, writeKept } from "../recorder/kept-state.ts";

/** How often the file is brought up to date: a start after a crash reads what came since. */
const INTERVAL_MS = 30_000;
const LABEL = "custody/reported/v1";

export interface ReportedMarksOptions {
  readonly directory: string;
  readonly reader: LedgerReader;
  /** How much of the ledger is durable now. */
  readonly size: () => number;
}

interface Kept extends KeptState {
  readonly marks: readonly (readonly [source: string, sequence: number])[];
}

/**
 * How far each source's numbers have come, so that nothing that is sent twice is recorded twice. The ledger alone says so:
 * envelopes have the source and the number, and stay when a record is destroyed. The file beside the ledger only spares a
 * start the reading of everything.
 */
export class ReportedMarks {
  readonly #options: ReportedMarksOptions;
  readonly #key: Buffer;
  readonly #timer: NodeJS.Timeout;
  readonly #marks = new Map<string, number>();
  #isLoaded = false;
  /** Records on their way: the marks count them already, and a power cut could still take them. */
  #recording = 0;
  /** Resolves once the marks are what the ledger says. */
  readonly loaded: Promise<void>;

  constructor(options: ReportedMarksOptions) {
    this.#options = options;
    this.#key = options.reader.deriveKey(LABEL);
    this.loaded = this.#load();
    this.loaded.catch(() => {});
    this.#timer = setInterval(() => this.#keep(), INTERVAL_MS).unref();
  }

  /** The number that a source's next record has. */
  next(instance: string): number {
    return (this.#marks.get(this.#reference(instance)) ?? -1) + 1;
  }

  /** Of a record that goes into the ledger now. */
  advance(instance: string, sequence: number): void {
    this.#marks.set(this.#reference(instance), sequence);
  }

  /** Resolves as `recording` does, which ends when what advanced the marks is on the disk. */
  async during<Value>(recording: () => Promise<Value>): Promise<Value> {
    this.#recording += 1;
    try {
      return await recording();
    } finally {
      this.#recording -= 1;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#keep();
  }

  #reference(instance: string): string {
    return this.#options.reader.reference("source", instance);
  }

  async #load(): Promise<void> {
    const { reader } = this.#options;
    const kept = readKept<Kept>(this.#path, this.#key, reader.size);
    for (const [source, sequence] of kept?.marks ?? []) this.#marks.set(source, sequence);
    for await (const { sq, src, t } of reader.envelopes(kept?.size ?? 0))
      if (isReportable(t)) this.#marks.set(src, Math.max(sq, this.#marks.get(src) ?? -1));
    this.#isLoaded = true;
    this.#keep();
  }

  get #path(): string {
    return join(this.#options.directory, "reported.json");
  }

  /** Never fails: without the file a start takes longer, and that is all. */
  #keep(): void {
    if (!this.#isLoaded || this.#recording > 0) return;
    try {
      writeKept(this.#path, this.#key, { marks: [...this.#marks], size: this.#options.size() } as Kept);
    } catch {
      // The disk failed: the ledger tells whoever records.
    }
  }
}
