import type { IndexFile } from "../file/index-file.ts";
import { idKey, madeMs } from "../row/id-key.ts";

/** How many actions are remembered. Most end within milliseconds, so even far fewer would nearly always do. */
const RECENT_MAX = 50_000;

/**
 * The newest row of each action. An action's id says when it was made (UUIDv7), so one that was made after all that
 * have been forgotten is new, and the file need not be asked.
 */
export class ActionRows {
  readonly #file: IndexFile;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  #changed = new Map<string, number>();
  #forgottenMs: number;
  #highestMs: number;

  /** `actionsMs`: no action in the file was made later. */
  constructor(file: IndexFile, actionsMs: number) {
    this.#file = file;
    this.#forgottenMs = actionsMs;
    this.#highestMs = actionsMs;
  }

  get highestMs(): number {
    return this.#highestMs;
  }

  /** Looks up those of the actions that may be in the file only. Call it before `latest` for a batch of them. */
  prepare(actions: readonly string[]): void {
    const asked = new Map<string, string>();
    for (const action of actions)
      if (this.latest(action) === undefined && madeMs(action) <= this.#forgottenMs)
        asked.set(idKey(action), action);
    if (asked.size === 0) return;
    for (const [key, index] of this.#file.latestOf([...asked.keys()]))
      this.#recent.set(asked.get(key) as string, index);
  }

  latest(action: string): number | undefined {
    return this.#recent.get(action) ?? this.#older.get(action);
  }

  set(action: string, index: number): void {
    this.#recent.set(action, index);
    this.#changed.set(idKey(action), index);
    this.#highestMs = Math.max(this.#highestMs, madeMs(action));
  }

  /** One look-up of an action. */
  find(action: string): number | undefined {
    return this.latest(action) ?? this.#file.latestOf([idKey(action)]).get(idKey(action));
  }

  takeChanged(): ReadonlyMap<string, number> {
    const changed = this.#changed;
    this.#changed = new Map();
    if (this.#recent.size > RECENT_MAX) {
      for (const action of this.#older.keys())
        this.#forgottenMs = Math.max(this.#forgottenMs, madeMs(action));
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    return changed;
  }
}
