import type { Action, Decider, Decision, Operation } from "@custody/domain";
import { Counters } from "./counters/counters.ts";
import type { Facts } from "./expression/facts.ts";
import { FACETS } from "./facets.ts";
import { withRows } from "./measured-reason.ts";
import { decideBy, decisionOf, failure, firstLine, type Plan, planFor } from "./plan.ts";
import type { Policy } from "./policy.ts";

/** A decider that can always be asked again when rows are known. */
export interface PolicyDecider extends Required<Decider> {
  decide(action: Action): Decision;
}

interface Remembered {
  readonly facets: readonly string[];
  readonly plan: Plan;
}

/** One statement comes from so many different agents, humans, projects and targets at most before it is planned anew. */
const REMEMBERED_MAX = 64;

/**
 * Asks a policy. Statements that differ only in literals share their operations, so what can be said beforehand is
 * remembered by that very array, for each combination of what the rules ask besides, and is forgotten together with it.
 *
 * Whatever goes wrong is a denial. `counters` go on with those of the rules before, if there were any.
 */
export function policyDecider(policy: Policy, counters: Counters = new Counters()): PolicyDecider {
  const memory = new WeakMap<readonly Operation[], Remembered[]>();
  const readers = policy.facets.map((facet) => FACETS[facet]);

  const planOf = (action: Action): Plan => {
    const known = memory.get(action.operations);
    if (known !== undefined) for (const one of known) if (isSame(one.facets, action)) return one.plan;
    const plan = planFor(policy, action);
    const entry = { facets: readers.map((read) => read(action)), plan };
    if (known === undefined) memory.set(action.operations, [entry]);
    else {
      if (known.length >= REMEMBERED_MAX) known.shift();
      known.push(entry);
    }
    return plan;
  };
  const isSame = (facets: readonly string[], action: Action): boolean => {
    for (let at = 0; at < readers.length; at += 1) if (readers[at]?.(action) !== facets[at]) return false;
    return true;
  };
  const ask = (action: Action, facts: () => Facts, isJudging: boolean): Decision => {
    try {
      const plan = planOf(action);
      if (plan.decision !== undefined && !isJudging) return plan.decision;
      return decideBy(plan, policy, action, facts());
    } catch (error) {
      return decisionOf(failure(`the policy could not decide: ${firstLine(error)}`), policy);
    }
  };
  return {
    decide: (action) => ask(action, () => counters.factsFor(action), false),
    judge: (action, byTable) =>
      withRows(
        ask(action, () => counters.factsFor(action, byTable), true),
        byTable,
      ),
    count: (action, byTable) => counters.count(action, byTable),
  };
}
