import type { Action, Decider, Decision, TableRows } from "@custody/domain";
import { Counters, type PolicyDecider, policyDecider } from "@custody/policy";
import type { GatewayPolicy } from "./policy.ts";

/**
 * The rules in force. Connections hold on to this, so that other rules reach those that are open. What sessions have done
 * counts on under other rules.
 */
export class CurrentPolicy implements Decider {
  readonly #counters: Counters = new Counters();
  #decider: PolicyDecider;

  constructor(policy: GatewayPolicy) {
    this.#decider = policyDecider(policy.compiled, this.#counters);
  }

  use(policy: GatewayPolicy): void {
    this.#decider = policyDecider(policy.compiled, this.#counters);
  }

  decide(action: Action): Decision {
    return this.#decider.decide(action);
  }

  judge(action: Action, byTable: readonly TableRows[]): Decision {
    return this.#decider.judge(action, byTable);
  }

  count(action: Action, byTable: readonly TableRows[]): void {
    this.#decider.count(action, byTable);
  }
}
