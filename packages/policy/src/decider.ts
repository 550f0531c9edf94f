import type { Action, Decider, Decision, Environment, Operation } from "@custody/domain";
import { decide } from "./decide.ts";
import type { Policy } from "./policy.ts";

interface Remembered {
  readonly decision: Decision;
  readonly environment: Environment;
  readonly target: string;
}

/**
 * Asks a policy. Statements that differ only in literals share their operations, so decisions are remembered by
 * that very array, for each target, and are forgotten together with it.
 */
export function policyDecider(policy: Policy): Decider {
  const memory = new WeakMap<readonly Operation[], Remembered[]>();
  return {
    decide({ operations, target }: Action): Decision {
      const known = memory.get(operations);
      if (known !== undefined) {
        for (const one of known) {
          if (one.target === target.name && one.environment === target.environment) return one.decision;
        }
      }
      const decision = decide(policy, operations, target);
      const entry = { decision, environment: target.environment, target: target.name };
      if (known === undefined) memory.set(operations, [entry]);
      else known.push(entry);
      return decision;
    },
  };
}
