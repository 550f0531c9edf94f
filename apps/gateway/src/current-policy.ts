import type { Action, Decider, Decision } from "@custody/domain";
import type { GatewayPolicy } from "./policy.ts";

/** The rules in force. Connections hold on to this, so that other rules reach those that are open. */
export class CurrentPolicy implements Decider {
  #policy: GatewayPolicy;

  constructor(policy: GatewayPolicy) {
    this.#policy = policy;
  }

  use(policy: GatewayPolicy): void {
    this.#policy = policy;
  }

  decide(action: Action): Decision | Promise<Decision> {
    return this.#policy.decider.decide(action);
  }
}
