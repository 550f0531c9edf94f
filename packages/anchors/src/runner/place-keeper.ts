import { AnchorError } from "../error.ts";
import type { Kept, Place, SignedCheckpoint } from "../place.ts";
import { backOffMs } from "./back-off.ts";
import type { CheckpointEvent } from "./checkpoint-event.ts";
import type { OutsideFolder } from "./outside-folder.ts";
import type { OwnRecords } from "./own-records.ts";
import type { PlaceFailure, PlaceState } from "./place-state.ts";
import { eventOfFailure, eventOfKept, isContradiction } from "./what-to-record.ts";

export interface KeeperParts {
  readonly folder: OutsideFolder;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly own: OwnRecords;
  /** Has the ledger remember it; resolves to the record's index. */
  readonly record: (event: CheckpointEvent) => Promise<number>;
  readonly warn: (text: string) => void;
  /** Told of cosignatures, and of every change of what is known about the place. */
  readonly onCosigned: (checkpoint: SignedCheckpoint, cosignatures: readonly string[]) => Promise<void>;
  readonly onChange: () => Promise<void>;
}

/** Brings checkpoints to one place, and remembers how that went. */
export class PlaceKeeper {
  readonly #place: Place;
  readonly #parts: KeeperParts;
  #state: PlaceState;
  #keptNote = "";
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(place: Place, before: PlaceState | undefined, parts: KeeperParts) {
    const { everyMs, kind, name } = place;
    this.#place = place;
    this.#parts = parts;
    this.#state = { ...before, everyMs, kind, name };
  }

  get everyMs(): number {
    return this.#place.everyMs;
  }

  get state(): PlaceState {
    return this.#state;
  }

  /** Brings it there unless it was, or it is not time to try again. Never fails, and never two at once. */
  offer(checkpoint: SignedCheckpoint): void {
    const isTooEarly = this.#parts.monotonicMs() < this.#retryAtMs;
    if (this.#running !== undefined || isTooEarly || checkpoint.note === this.#keptNote) return;
    this.#running = this.#keep(checkpoint)
      .catch((error: Error) => this.#parts.warn(error.message))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #keep(checkpoint: SignedCheckpoint): Promise<void> {
    try {
      const kept = await this.#place.keep(checkpoint);
      await this.#store(checkpoint, kept);
      await this.#succeeded(checkpoint, kept);
    } catch (error) {
      await this.#failed(checkpoint, error);
    }
    await this.#parts.onChange();
  }

  async #store(checkpoint: SignedCheckpoint, { cosignatures, evidence }: Kept): Promise<void> {
    const { folder, onCosigned } = this.#parts;
    if (evidence !== undefined) await folder.keepEvidence(this.#place.kind, evidence, checkpoint.note);
    if (cosignatures !== undefined) await onCosigned(checkpoint, cosignatures);
  }

  async #succeeded(checkpoint: SignedCheckpoint, kept: Kept): Promise<void> {
    const { nowMs, own, warn } = this.#parts;
    const { origin, size } = checkpoint;
    const event = eventOfKept(this.#state, checkpoint, kept, { nowMs: nowMs(), own });
    const { failure, ...state } = this.#state;
    if (failure !== undefined) warn(`${this.#who()} keeps checkpoints again`);
    this.#state = { ...state, kept: { origin, size, time: this.#now() } };
    this.#keptNote = checkpoint.note;
    this.#retryAtMs = Number.NEGATIVE_INFINITY;
    if (event !== undefined && (await this.#record(event)))
      this.#state = { ...this.#state, recorded: { size, time: this.#now() } };
  }

  async #failed(checkpoint: SignedCheckpoint, error: unknown): Promise<void> {
    const { folder, monotonicMs, nowMs, random, warn } = this.#parts;
    const known = asAnchorError(error);
    const before = this.#state.failure;
    const isNew = before === undefined || before.code !== known.code;
    const tries = (before?.tries ?? 0) + 1;
    this.#retryAtMs = monotonicMs() + backOffMs(tries, random);
    const failure: PlaceFailure = {
      code: known.code,
      isContradiction: isContradiction(known),
      message: known.message,
      recordedAs: before?.recordedAs ?? "nothing",
      since: before?.since ?? this.#now(),
      tries,
    };
    this.#state = { ...this.#state, failure };
    if (isNew) warn(`${this.#who()} does not keep the checkpoint: ${known.message}`);
    const evidence =
      known.evidence === undefined
        ? undefined
        : await folder.keepCheckpoint("contradictions", known.evidence).catch(() => undefined);
    const state = { ...this.#state, failure };
    const event = eventOfFailure(state, checkpoint.size, { evidence, nowMs: nowMs() });
    if (event === undefined || !(await this.#record(event))) return;
    const recordedAs = event.type === "checkpoint.contradicted" ? "contradicted" : "failed";
    this.#state = { ...state, failure: { ...failure, recordedAs }, failureRecorded: this.#now() };
  }

  /** Whether the ledger remembers it now. What it cannot write is tried again the next time that there is something to say. */
  async #record(event: CheckpointEvent): Promise<boolean> {
    const { own, record, warn } = this.#parts;
    try {
      own.add(await record(event));
      return true;
    } catch (error) {
      warn(`${event.type} of ${this.#who()} was not recorded: ${(error as Error).message}`);
      return false;
    }
  }

  #now(): string {
    return new Date(this.#parts.nowMs()).toISOString();
  }

  #who(): string {
    return `${this.#place.kind} ${this.#place.name}`;
  }
}

/** A place keeps to its contract; what else may go wrong in it must not stop the others. */
function asAnchorError(error: unknown): AnchorError {
  if (error instanceof AnchorError) return error;
  return new AnchorError("PLACE_ANSWER_INVALID", (error as Error).message, { cause: error });
}
