import type { TargetUse } from "@custody/gateway";

/** A thousand attempts a minute are one record at their beginning, and one a minute that counts the others. */
const WINDOW_MS = 60_000;

/** Since another server answered for a target: what is not on record yet. */
export interface RefusalWindow {
  /** Refused connections that no record has counted. */
  attempts: number;
  /** The newest of them. */
  use: TargetUse;
  /** The pinned server answered after it. */
  back: TargetUse | undefined;
}

/** Counts refused connections by target, and says once a minute that there is something to record. */
export class RefusalWindows {
  readonly #windows = new Map<string, RefusalWindow>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #onEnd: (target: string) => void;

  constructor(onEnd: (target: string) => void) {
    this.#onEnd = onEnd;
  }

  find(target: string): RefusalWindow | undefined {
    return this.#windows.get(target);
  }

  /** Targets with an open one. */
  get targets(): readonly string[] {
    return [...this.#windows.keys()];
  }

  open(target: string, use: TargetUse): void {
    this.#windows.set(target, { attempts: 0, back: undefined, use });
    this.#timers.set(target, setTimeout(() => this.#onEnd(target), WINDOW_MS).unref());
  }

  /** Takes it away, to be recorded. */
  take(target: string): RefusalWindow | undefined {
    const window = this.#windows.get(target);
    clearTimeout(this.#timers.get(target));
    this.#timers.delete(target);
    this.#windows.delete(target);
    return window;
  }
}
