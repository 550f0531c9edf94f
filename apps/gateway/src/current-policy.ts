import type { Action, Decider, Decision, TableRows } from "@custody/domain";
import { type Freezes, frozen } from "@custody/policy";
import type { GatewayPolicy } from "./policy.ts";

/** What is frozen, and the rules in force. Connections hold on to this, so that other rules reach those that are open. */
export class CurrentPolicy implements Decider {
  #policy: GatewayPolicy;
  readonly #freezes: () => Freezes;

  constructor(policy: GatewayPolicy, freezes: () => Freezes) {
    this.#policy = policy;
    this.#freezes = freezes;
  }

  use(policy: GatewayPolicy): void {
    this.#policy = policy;
  }

  decide(action: Action): Decision | Promise<Decision> {
    return frozen(this.#freezes(), action) ?? this.#policy.decider.decide(action);
  }

  /** Something may have been frozen since the action began. */
  judge(action: Action, byTable: readonly TableRows[]): Decision {
    const { decider } = this.#policy;
    const decision = frozen(this.#freezes(), action) ?? decider.judge?.(action, byTable);
    if (decision === undefined) throw new Error("the policy measures, and does not judge");
    return decision;
  }

  count(action: Action, byTable: readonly TableRows[]): void {
    this.#policy.decider.count?.(action, byTable);
  }
}
