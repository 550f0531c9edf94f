import type { Parts } from "../file/parts.ts";
import { idKey, madeMs } from "../row/id-key.ts";
import type { Columns } from "./columns.ts";

/** How many actions are remembered. Most end within milliseconds, so even far fewer would nearly always do. */
const RECENT_MAX = 50_000;

/**
 * The newest row of each action. An action's id says when it was made (UUIDv7), so one that was made after all that
 * have been dropped is new, and the file need not be asked.
 */
export class ActionRows {
  readonly #parts: Parts;
  readonly #isThere: (index: number) => boolean;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();
  #droppedMs: number;
  #highestMs: number;

  /** `actionsMs`: no action in the file was made later. */
  constructor(parts: Parts, columns: Columns, actionsMs: number) {
    this.#parts = parts;
    this.#isThere = (index) => !columns.isForgotten(index);
    this.#droppedMs = actionsMs;
    this.#highestMs = actionsMs;
  }

  get highestMs(): number {
    return this.#highestMs;
  }

  /** Looks up those of the actions that may be in the file only. Call it before `latest` for a batch of them. */
  prepare(actions: readonly string[]): void {
    const asked = new Map<string, string>();
    for (const action of actions)
      if (this.latest(action) === undefined && madeMs(action) <= this.#droppedMs)
        asked.set(idKey(action), action);
    if (asked.size === 0) return;
    for (const [key, index] of this.#parts.latestOf([...asked.keys()], this.#isThere))
      this.#recent.set(asked.get(key) as string, index);
  }

  latest(action: string): number | undefined {
    return this.#recent.get(action) ?? this.#older.get(action);
  }

  set(action: string, index: number): void {
    this.#recent.set(action, index);
    this.#highestMs = Math.max(this.#highestMs, madeMs(action));
  }

  /** One look-up of an action. */
  find(action: string): number | undefined {
    const key = idKey(action);
    return this.latest(action) ?? this.#parts.latestOf([key], this.#isThere).get(key);
  }

  /** Makes room once many are remembered. */
  makeRoom(): void {
    if (this.#recent.size <= RECENT_MAX) return;
    for (const action of this.#older.keys()) this.#droppedMs = Math.max(this.#droppedMs, madeMs(action));
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  /** Drops the rows that were forgotten since. */
  forget(): void {
    for (const rows of [this.#recent, this.#older])
      for (const [action, index] of rows) if (!this.#isThere(index)) rows.delete(action);
  }
}
