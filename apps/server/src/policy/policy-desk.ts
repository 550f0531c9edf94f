import { HttpProblem } from "../http/http-problem.ts";
import { PolicyThread } from "./policy-thread.ts";

/** Each takes a processor, and up to half a gigabyte. */
const AT_ONCE_MAX = 2;

/** Where texts are looked at that are not in force: a thread each, and few at once. */
export class PolicyDesk {
  #count = 0;

  /** The thread ends with `work`, and when `signal` says that nobody waits any more. @throws HttpProblem policy-busy */
  async with<Result>(signal: AbortSignal, work: (thread: PolicyThread) => Promise<Result>): Promise<Result> {
    if (this.#count >= AT_ONCE_MAX)
      throw new HttpProblem("policy-busy", "other policies are being checked or replayed; try again");
    this.#count += 1;
    try {
      const thread = new PolicyThread(signal);
      try {
        return await work(thread);
      } finally {
        await thread.end();
      }
    } finally {
      this.#count -= 1;
    }
  }

  /** How many are at work. */
  get count(): number {
    return this.#count;
  }
}
