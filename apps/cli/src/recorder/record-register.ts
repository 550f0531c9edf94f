import { join } from "node:path";
import type { AuditRecord, RecordDraft } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { type KeptState, readKept, writeKept } from "./kept-state.ts";

/** How often the file is brought up to date: a start after a crash reads what came since. */
const INTERVAL_MS = 30_000;

/** Something that follows from records, and how. */
export interface Derived<State> {
  /** Names the file beside the ledger. */
  readonly name: string;
  readonly initial: State;
  /** The types of the records that it follows from. No retention and no erasure may reach them. */
  readonly concerns: (type: string) => boolean;
  readonly apply: (state: State, record: DerivedRecord) => State;
  /** The state as JSON, and back. */
  readonly toKept: (state: State) => unknown;
  readonly fromKept: (kept: never) => State;
}

type DerivedRecord = Omit<AuditRecord, "id" | "location" | "source" | "v">;

export interface RecordRegisterOptions {
  readonly directory: string;
  readonly reader: LedgerReader;
  /** How much of the ledger is durable now. */
  readonly size: () => number;
  /** Resolves once the record is durable. */
  readonly recordOne: (draft: RecordDraft) => Promise<number>;
}

interface Kept extends KeptState {
  readonly state: unknown;
}

/**
 * State that the ledger alone decides, in the process that records: it alone changes it. The file beside the ledger only
 * spares a start the reading of everything: one that is missing, older, or of anybody without the ledger's key, changes
 * nothing but the time that takes.
 */
export class RecordRegister<State> {
  readonly #derived: Derived<State>;
  readonly #options: RecordRegisterOptions;
  readonly #key: Buffer;
  readonly #timer: NodeJS.Timeout;
  #state: State;
  #isLoaded = false;
  /** Records on their way: the ledger's size may count them already, and the state does not. */
  #recording = 0;
  /** Resolves once the state is what the ledger says. */
  readonly loaded: Promise<void>;

  constructor(derived: Derived<State>, options: RecordRegisterOptions) {
    this.#derived = derived;
    this.#options = options;
    this.#state = derived.initial;
    this.#key = options.reader.deriveKey(`custody/${derived.name}/v1`);
    this.loaded = this.#load();
    this.loaded.catch(() => {});
    this.#timer = setInterval(() => this.#keep(), INTERVAL_MS).unref();
  }

  /** What holds now; before `loaded` it is not known. */
  get state(): State {
    return this.#state;
  }

  /** Changes the state by a record, once that is durable; resolves to where it stands. */
  async record(draft: RecordDraft): Promise<number> {
    await this.loaded;
    this.#recording += 1;
    try {
      const index = await this.#options.recordOne(draft);
      this.#state = this.#derived.apply(this.#state, draft);
      return index;
    } finally {
      this.#recording -= 1;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#keep();
  }

  async #load(): Promise<void> {
    const { reader } = this.#options;
    const { apply, concerns, fromKept } = this.#derived;
    const kept = readKept<Kept>(this.#path, this.#key, reader.size);
    if (kept !== undefined) this.#state = fromKept(kept.state as never);
    for await (const { i, t } of reader.envelopes(kept?.size ?? 0)) {
      if (!concerns(t)) continue;
      const { payload } = await reader.entry(i);
      if (payload !== undefined)
        this.#state = apply(this.#state, JSON.parse(payload.toString("utf8")) as AuditRecord);
    }
    this.#isLoaded = true;
    this.#keep();
  }

  get #path(): string {
    return join(this.#options.directory, `${this.#derived.name}.json`);
  }

  /** Never fails: without the file a start takes longer, and that is all. */
  #keep(): void {
    if (!this.#isLoaded || this.#recording > 0) return;
    try {
      const size = this.#options.size();
      writeKept(this.#path, this.#key, { size, state: this.#derived.toKept(this.#state) } as Kept);
    } catch {
      // The disk failed: the ledger tells whoever records.
    }
  }
}
