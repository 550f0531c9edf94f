import type { Action, Decision, TableRows } from "@custody/domain";
import { policyDecider } from "../decider.ts";
import type { Policy } from "../policy.ts";

/** What a policy says about an action of the past. */
export interface Replayed {
  readonly decision: Decision;
  /** The answer depends on rows that nobody knows; `decision` is what it is without them. */
  readonly isInDoubt: boolean;
}

/**
 * Asks a policy about actions of the past, in their order. What it lets last counts as what the session has done, and what
 * it stops does not; so limits over time are those that there would have been.
 */
export class Replay {
  readonly #decider: ReturnType<typeof policyDecider>;

  constructor(policy: Policy) {
    this.#decider = policyDecider(policy);
  }

  /** `byTable` are the rows that the action changed; undefined when nobody knows. */
  ask(action: Action, byTable: readonly TableRows[] | undefined): Replayed {
    const first = this.#decider.decide(action);
    const isInDoubt = first.isMeasured === true && byTable === undefined;
    const decision = first.isMeasured && byTable !== undefined ? this.#decider.judge(action, byTable) : first;
    if (decision.effect === "allow") this.#decider.count(action, byTable ?? []);
    return { decision, isInDoubt };
  }
}
