import type { Action, Decider, Decision, TableRows } from "@custody/domain";
import {
  Counters,
  type Freezes,
  frozen,
  type PolicyDecider,
  policyDecider,
  type SpentBy,
} from "@custody/policy";
import type { GatewayPolicy } from "./policy.ts";

/**
 * What is frozen, and the rules in force. Connections hold on to this, so that other rules reach those that are open. What
 * sessions have done counts on under other rules.
 */
export class CurrentPolicy implements Decider {
  readonly #counters: Counters;
  readonly #freezes: () => Freezes;
  #decider: PolicyDecider;

  constructor(policy: GatewayPolicy, freezes: () => Freezes, spentBy?: SpentBy) {
    this.#counters = new Counters(spentBy);
    this.#decider = policyDecider(policy.compiled, this.#counters);
    this.#freezes = freezes;
  }

  use(policy: GatewayPolicy): void {
    this.#decider = policyDecider(policy.compiled, this.#counters);
  }

  decide(action: Action): Decision {
    return frozen(this.#freezes(), action) ?? this.#decider.decide(action);
  }

  /** Something may have been frozen since the action began. */
  judge(action: Action, byTable: readonly TableRows[] | undefined): Decision {
    return frozen(this.#freezes(), action) ?? this.#decider.judge(action, byTable);
  }

  count(action: Action, byTable: readonly TableRows[]): void {
    this.#decider.count(action, byTable);
  }
}
