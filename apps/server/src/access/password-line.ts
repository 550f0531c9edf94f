import { isPassword, makeVerifier, type PasswordVerifier } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";

/** Each takes 32 MiB and a processor for a third of a second: so many at once, and so many that wait. */
const AT_ONCE = 2;
const WAITING_MAX = 32;

/** Looks at passwords one after the other, so that guesses cannot take all memory and every processor. */
export class PasswordLine {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws HttpProblem too-many-attempts */
  isPassword(verifier: PasswordVerifier | undefined, password: string): Promise<boolean> {
    return this.#inTurn(() => isPassword(verifier, password));
  }

  /** @throws HttpProblem too-many-attempts */
  makeVerifier(password: string): Promise<PasswordVerifier> {
    return this.#inTurn(() => makeVerifier(password));
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING_MAX)
        throw new HttpProblem("too-many-attempts", "too many sign-ins at once; try again in a minute");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
