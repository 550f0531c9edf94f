import { AnchorError } from "../error.ts";
import type { Place, SignedCheckpoint } from "../place.ts";
import { signedCheckpoint } from "../signed-checkpoint.ts";
import type { CheckpointEvent } from "./checkpoint-event.ts";
import type { OutsideFolder } from "./outside-folder.ts";
import { OwnRecords } from "./own-records.ts";
import { PlaceKeeper } from "./place-keeper.ts";
import type { PlaceState } from "./place-state.ts";
import { Rounds } from "./rounds.ts";
import { type Witnessed, WitnessedNote, type WitnessedOptions } from "./witnessed-note.ts";

export interface RunnerOptions {
  readonly folder: OutsideFolder;
  readonly places: readonly Place[];
  /** The newest published checkpoint, a signed note; undefined before the first. */
  readonly readCheckpoint: () => Promise<string | undefined>;
  /** Who must cosign for a checkpoint to be kept as `witnessed`; without it none is. */
  readonly quorum?: Pick<WitnessedOptions, "logKey" | "policy">;
  /** Has the ledger remember something; resolves to the record's index. */
  readonly record: (event: CheckpointEvent) => Promise<number>;
  readonly nowMs: () => number;
  /** Milliseconds of a clock that never steps back. */
  readonly monotonicMs: () => number;
  readonly random: () => number;
  readonly warn: (text: string) => void;
}

/** What is known about places outside this machine. */
export interface OutsideStatus {
  readonly places: readonly PlaceState[];
  readonly witnessed: Witnessed | undefined;
}

/**
 * Brings checkpoints to all places, each in its own time. It reads what the ledger has published and never makes it wait;
 * a place that hangs or fails holds up no other. It has no timer: whoever runs it calls `look` about once a second.
 */
export class CheckpointRunner {
  readonly #options: RunnerOptions;
  readonly #keepers: readonly PlaceKeeper[];
  readonly #rounds = new Map<number, Rounds>();
  readonly #witnessed: WitnessedNote | undefined;
  #looking: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  private constructor(
    options: RunnerOptions,
    before: readonly PlaceState[],
    witnessed: WitnessedNote | undefined,
  ) {
    this.#options = options;
    this.#witnessed = witnessed;
    const own = new OwnRecords();
    const parts = {
      ...options,
      onChange: () => this.#writeState(),
      onCosigned: async (checkpoint: SignedCheckpoint, cosignatures: readonly string[]) =>
        witnessed?.add(checkpoint, cosignatures),
      own,
    };
    this.#keepers = options.places.map((place) => {
      const state = before.find(({ kind, name }) => kind === place.kind && name === place.name);
      return new PlaceKeeper(place, state, parts);
    });
    for (const { everyMs } of options.places)
      this.#rounds.set(everyMs, new Rounds(everyMs, options.monotonicMs()));
  }

  static async open(options: RunnerOptions): Promise<CheckpointRunner> {
    const { folder, quorum } = options;
    const witnessed = quorum && new WitnessedNote({ ...quorum, folder });
    await witnessed?.begin();
    const before = await folder.readState();
    const runner = new CheckpointRunner(options, before, witnessed);
    // Places that are not asked any more must not look as if they were.
    if (before.length > 0) await runner.#writeState();
    return runner;
  }

  get status(): OutsideStatus {
    return { places: this.#keepers.map(({ state }) => state), witnessed: this.#witnessed?.current };
  }

  /** Offers each place the checkpoint of its round. Never fails; returns before any place has answered. */
  async look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#looking;
    await Promise.all(this.#keepers.map((keeper) => keeper.idle()));
    await this.#writing;
  }

  async #look(): Promise<void> {
    const { monotonicMs, readCheckpoint, warn } = this.#options;
    const newest = async () => {
      const note = await readCheckpoint();
      return note === undefined ? undefined : signedCheckpoint(note);
    };
    try {
      for (const keeper of this.#keepers) {
        const rounds = this.#rounds.get(keeper.everyMs) as Rounds;
        const checkpoint = await rounds.checkpointAt(monotonicMs(), newest);
        if (checkpoint !== undefined) keeper.offer(checkpoint);
      }
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) warn(`the checkpoint cannot be read: ${(error as Error).message}`);
      this.#hasFailed = true;
    }
  }

  /** What cannot be written is only told: it is found out anew at the next start. */
  #writeState(): Promise<void> {
    const { folder, warn } = this.#options;
    const written = this.#writing.then(() => folder.writeState(this.status.places));
    this.#writing = written.catch((error: Error) => {
      if (error instanceof AnchorError) warn(error.message);
      else throw error;
    });
    return this.#writing;
  }
}
