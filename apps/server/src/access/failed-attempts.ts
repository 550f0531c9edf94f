import { HttpProblem } from "../http/http-problem.ts";
import { CountsByAddress } from "./counts-by-address.ts";

const ATTEMPTS_MAX = 20;

/**
 * Counts wrong tokens and codes by address. Only the wrong ones are slowed down: programs and people share the
 * loopback address, and whoever guesses there must not lock out whoever knows.
 */
export class FailedAttempts {
  readonly #counts = new CountsByAddress();
  readonly #warn: (text: string) => void;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** @throws HttpProblem `too-many-attempts` instead of returning, when there were too many */
  count(address: string, what: string, nowMs: number): void {
    const count = this.#counts.add(address, nowMs);
    if (count === 1 || count === ATTEMPTS_MAX)
      this.#warn(`${address} showed ${what} (${count} within a minute)`);
    if (count > ATTEMPTS_MAX)
      throw new HttpProblem("too-many-attempts", "too many wrong tokens; try again in a minute");
  }
}
