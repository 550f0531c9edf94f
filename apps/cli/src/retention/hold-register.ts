import type { LedgerReader } from "@custody/ledger";
import { readHoldFile, writeHoldFile } from "./hold-file.ts";
import { applyHoldRecord, type Hold, readHolds } from "./holds.ts";

/** How often the file is brought up to date: a start after a crash reads what came since. */
const INTERVAL_MS = 30_000;

const KEY_LABEL = "custody/holds/v1";

/** The holds in force in the process that records: it alone places and releases them. */
export class HoldRegister {
  readonly #directory: string;
  readonly #key: Buffer;
  readonly #size: () => number;
  readonly #timer: NodeJS.Timeout;
  /** What the ledger said at the start is read in the background; whoever asks waits for it. */
  readonly #loaded: Promise<void>;
  #holds: ReadonlyMap<string, Hold> = new Map();
  #isLoaded = false;

  /** `size` is how much of the ledger is durable now. */
  constructor(directory: string, reader: LedgerReader, size: () => number) {
    this.#directory = directory;
    this.#key = reader.deriveKey(KEY_LABEL);
    this.#size = size;
    this.#loaded = this.#load(reader);
    this.#loaded.catch(() => {});
    this.#timer = setInterval(() => this.#keep(), INTERVAL_MS).unref();
  }

  async holds(): Promise<readonly Hold[]> {
    await this.#loaded;
    return [...this.#holds.values()];
  }

  /** A record about a hold is durable. */
  recorded(record: Parameters<typeof applyHoldRecord>[1]): void {
    this.#holds = applyHoldRecord(this.#holds, record);
    this.#keep();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#keep();
  }

  async #load(reader: LedgerReader): Promise<void> {
    const kept = readHoldFile(this.#directory, this.#key, reader.size);
    const known = new Map(kept.holds.map((hold) => [hold.id, hold]));
    this.#holds = await readHolds(reader, kept.size, known);
    this.#isLoaded = true;
    this.#keep();
  }

  /** Never fails: without the file a start takes longer, and that is all. */
  #keep(): void {
    if (!this.#isLoaded) return;
    try {
      const kept = { holds: [...this.#holds.values()], size: this.#size() };
      writeHoldFile(this.#directory, this.#key, kept);
    } catch {
      // The disk failed: the ledger tells whoever records.
    }
  }
}
