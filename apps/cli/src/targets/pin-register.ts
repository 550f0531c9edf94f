import type { RecordDraft } from "@custody/domain";
import type { PinVerdict, TargetPins, TargetUse } from "@custody/gateway";
import { isSameServer } from "@custody/gateway/words";
import type { RecordRegisterOptions } from "../recorder/record-register.ts";
import { readPinFile, writePinFile } from "./pin-file.ts";
import {
  changedRecord,
  firstUseRecord,
  type PinnedByPerson,
  pinnedByPersonRecord,
  renewedRecord,
  returnedRecord,
  type Stamp,
} from "./pin-records.ts";
import { applyPinRecord, type Pins, readPins, type TargetPin } from "./pins.ts";
import { type RefusalWindow, RefusalWindows } from "./refusal-windows.ts";

/** How often the file is brought up to date: a start after a crash reads what came since. */
const INTERVAL_MS = 30_000;

export const PIN_KEY_LABEL = "custody/pins/v1";

export interface PinRegisterOptions extends RecordRegisterOptions {
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** Tells the operator that a target is refused. */
  readonly warn: (text: string) => void;
  /** What is there is for trying out: its database is made anew where it cannot be kept, so each counts as disposable. */
  readonly isTour?: boolean | undefined;
}

/** The pins in force in the process that records: it alone makes and changes them. */
export class PinRegister implements TargetPins {
  readonly #options: PinRegisterOptions;
  readonly #key: Buffer;
  readonly #timer: NodeJS.Timeout;
  /** What the ledger said at the start is read in the background; whoever asks waits for it. */
  readonly #loaded: Promise<void>;
  readonly #windows: RefusalWindows = new RefusalWindows((target) => {
    this.#inLine(() => this.#endWindow(target)).catch(() => {});
  });
  #pins: Pins = new Map();
  #isLoaded = false;
  /** Whatever changes a pin does so one after the other. */
  #line: Promise<unknown> = Promise.resolve();
  /** A record is on its way: the ledger's size may count it already, and the pins do not. */
  #isRecording = false;

  constructor(options: PinRegisterOptions) {
    this.#options = options;
    this.#key = options.reader.deriveKey(PIN_KEY_LABEL);
    this.#loaded = this.#load();
    this.#loaded.catch(() => {});
    this.#timer = setInterval(() => this.#keep(), INTERVAL_MS).unref();
  }

  async check(use: TargetUse): Promise<PinVerdict> {
    await this.#loaded;
    const pin = this.#pins.get(use.target.name);
    if (pin === undefined || pin.refused !== undefined || !isSameServer(pin.identity, use.identity))
      return this.#inLine(() => this.#settle(use));
    return { verdict: "same" };
  }

  /** A person's word: it holds whatever was pinned before. Resolves to the record's index, once it is durable. */
  async pin(facts: PinnedByPerson): Promise<{ readonly record: number; readonly former?: TargetPin }> {
    await this.#loaded;
    return this.#inLine(async () => {
      const { name } = facts.target;
      await this.#recordCounted(name);
      const former = this.#pins.get(name);
      const record = await this.#record(pinnedByPersonRecord(facts, former?.identity, this.#stamp()));
      return { record, ...(former === undefined ? undefined : { former }) };
    });
  }

  /** All pins, also of targets that are configured no more, with what was refused up to now. */
  async pins(): Promise<readonly TargetPin[]> {
    await this.#loaded;
    return [...this.#pins.keys()].flatMap((name) => this.find(name) ?? []);
  }

  /** As far as it is known yet. */
  find(name: string): TargetPin | undefined {
    const pin = this.#pins.get(name);
    const { attempts = 0, back, use } = this.#windows.find(name) ?? {};
    if (pin?.refused === undefined || use === undefined) return pin;
    const { refused, ...rest } = pin;
    if (back !== undefined) return rest;
    return {
      ...rest,
      refused: { ...refused, attempts: refused.attempts + attempts, identity: use.identity },
    };
  }

  /** Records what is counted and not on record yet, as far as the ledger still can. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const target of this.#windows.targets)
      await this.#inLine(() => this.#recordCounted(target)).catch(() => {});
    await this.#line;
    this.#keep();
  }

  async #settle(use: TargetUse): Promise<PinVerdict> {
    const { name } = use.target;
    const pin = this.#pins.get(name);
    if (pin === undefined) {
      await this.#record(firstUseRecord(use, this.#stamp()));
      return { verdict: "first" };
    }
    if (isSameServer(pin.identity, use.identity)) {
      await this.#comeBack(pin, use);
      return { verdict: "same" };
    }
    if (this.#options.isTour === true || use.target.environment === "disposable") {
      await this.#recordCounted(name);
      await this.#record(renewedRecord(use, pin.identity, this.#stamp()));
      return { verdict: "renewed" };
    }
    await this.#refuse(pin, use);
    return { pinned: pin.identity, verdict: "other" };
  }

  async #refuse(pin: TargetPin, use: TargetUse): Promise<void> {
    const { name } = use.target;
    const window = this.#windows.find(name);
    if (window !== undefined) {
      Object.assign(window, { attempts: window.attempts + 1, back: undefined, use });
      return;
    }
    this.#windows.open(name, use);
    const draft = changedRecord(use, pin.identity, 1, this.#stamp());
    if (pin.refused === undefined)
      this.#options.warn(
        `another server answers for the target ${name}, so nothing is forwarded to it; see custody target list`,
      );
    await this.#record(draft);
  }

  /** An address that leads now here, now there, must not make a record each time either. */
  async #comeBack(pin: TargetPin, use: TargetUse): Promise<void> {
    if (pin.refused === undefined) return;
    const window = this.#windows.find(pin.target);
    if (window !== undefined) window.back = use;
    else await this.#record(returnedRecord(use, pin.refused.attempts, this.#stamp()));
  }

  /** As long as there is something to count, another minute follows. */
  async #endWindow(target: string): Promise<void> {
    const { attempts = 0, back, use } = (await this.#recordCounted(target)) ?? {};
    if (use !== undefined && back === undefined && attempts > 0) this.#windows.open(target, use);
  }

  /** Puts on record what was counted, and whether the pinned server came back after it. */
  async #recordCounted(target: string): Promise<RefusalWindow | undefined> {
    const window = this.#windows.take(target);
    const pin = this.#pins.get(target);
    if (window === undefined || pin === undefined) return;
    const { attempts, back, use } = window;
    if (attempts > 0) await this.#record(changedRecord(use, pin.identity, attempts, this.#stamp()));
    const total = this.#pins.get(target)?.refused?.attempts ?? 0;
    if (back !== undefined) await this.#record(returnedRecord(back, total, this.#stamp()));
    return window;
  }

  async #record(draft: RecordDraft): Promise<number> {
    this.#isRecording = true;
    try {
      const index = await this.#options.recordOne(draft);
      this.#pins = applyPinRecord(this.#pins, draft);
      return index;
    } finally {
      this.#isRecording = false;
      this.#keep();
    }
  }

  #inLine<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#line.then(act);
    this.#line = done.catch(() => {});
    return done;
  }

  #stamp(): Stamp {
    const { newId, nowUs } = this.#options;
    return { action: newId(), nowUs: nowUs() };
  }

  async #load(): Promise<void> {
    const { directory, reader } = this.#options;
    const kept = readPinFile(directory, this.#key, reader.size);
    const known = new Map(kept.pins.map((pin) => [pin.target, pin]));
    this.#pins = await readPins(reader, kept.size, known);
    this.#isLoaded = true;
    this.#keep();
  }

  /** Never fails: without the file a start takes longer, and that is all. */
  #keep(): void {
    if (!this.#isLoaded || this.#isRecording) return;
    try {
      writePinFile(this.#options.directory, this.#key, {
        pins: [...this.#pins.values()],
        size: this.#options.size(),
      });
    } catch {
      // The disk failed: the ledger tells whoever records.
    }
  }
}
