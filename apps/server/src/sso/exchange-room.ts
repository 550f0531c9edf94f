import { CountsByAddress } from "../access/counts-by-address.ts";
import { HttpProblem } from "../http/http-problem.ts";

/** Each waits for the provider; it is asked no more often at once. */
const EXCHANGES_MAX = 20;

/** So nobody takes all of that from one address; people behind the same one finish within a second of each other. */
const EXCHANGES_PER_ADDRESS_MAX = 5;

/** More made-up codes within a minute than that are nobody's mistake. */
const REFUSED_MAX = 20;

/**
 * How many codes are shown to the provider at once, and from where. Wrong tokens and passwords do not count: whoever
 * guesses those asks the provider nothing, and would lock out all who share their address.
 */
export class ExchangeRoom {
  readonly #open = new Map<string, number>();
  readonly #refused = new CountsByAddress();
  #count = 0;

  /** Uses nothing up: whoever is turned away comes back with what they have. @throws HttpProblem too-many-attempts */
  check(address: string, nowMs: number): void {
    if (this.#refused.of(address, nowMs) >= REFUSED_MAX)
      throw new HttpProblem("too-many-attempts", "too many sign-ins from here failed; try again in a minute");
    if (this.#count >= EXCHANGES_MAX || this.#openOf(address) >= EXCHANGES_PER_ADDRESS_MAX)
      throw new HttpProblem("too-many-attempts", "too many people sign in at once; try again in a moment");
  }

  enter(address: string): void {
    this.#count += 1;
    this.#open.set(address, this.#openOf(address) + 1);
  }

  leave(address: string): void {
    this.#count -= 1;
    const left = this.#openOf(address) - 1;
    if (left > 0) this.#open.set(address, left);
    else this.#open.delete(address);
  }

  /** The provider did not know the code, or what it gave for it proves nothing. */
  refused(address: string, nowMs: number): void {
    this.#refused.add(address, nowMs);
  }

  #openOf(address: string): number {
    return this.#open.get(address) ?? 0;
  }
}
