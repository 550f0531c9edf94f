import { HttpProblem } from "../http/http-problem.ts";

const WINDOW_MS = 60_000;
const ATTEMPTS_MAX = 20;
const ADDRESSES_MAX = 10_000;

interface Window {
  readonly endsMs: number;
  count: number;
}

/**
 * Counts wrong tokens and codes by address. Only the wrong ones are slowed down: programs and people share the
 * loopback address, and whoever guesses there must not lock out whoever knows.
 */
export class FailedAttempts {
  readonly #windows = new Map<string, Window>();
  readonly #warn: (text: string) => void;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** @throws HttpProblem `too-many-attempts` instead of returning, when there were too many */
  count(address: string, what: string, nowMs: number): void {
    const window = this.#windowOf(address, nowMs);
    window.count += 1;
    if (window.count === 1 || window.count === ATTEMPTS_MAX)
      this.#warn(`${address} showed ${what} (${window.count} within a minute)`);
    if (window.count > ATTEMPTS_MAX)
      throw new HttpProblem("too-many-attempts", "too many wrong tokens; try again in a minute");
  }

  #windowOf(address: string, nowMs: number): Window {
    const found = this.#windows.get(address);
    if (found !== undefined && found.endsMs > nowMs) return found;
    if (this.#windows.size >= ADDRESSES_MAX) this.#windows.clear();
    const window = { count: 0, endsMs: nowMs + WINDOW_MS };
    this.#windows.set(address, window);
    return window;
  }
}
