import type { Decider, Decision } from "@custody/domain";
import type { BudgetVerdict } from "./context.ts";

/** What policy allows, or has a human asked about, still needs a budget that has room for the most that it can take. */
export function budgeted(decider: Decider, reserve: () => BudgetVerdict | undefined): Decider {
  const judged = (decision: Decision): Decision => {
    if (decision.effect !== "allow" && decision.effect !== "approve") return decision;
    const refusal = reserve()?.refusal;
    if (refusal === undefined) return decision;
    const { isHeld, reason, rule } = refusal;
    // Who is asked by a rule already is told of the budget as well.
    if (isHeld && decision.effect === "approve")
      return { ...decision, reasons: [...decision.reasons, reason] };
    return { effect: isHeld ? "approve" : "deny", policy: decision.policy, reasons: [reason], rule };
  };
  return {
    decide: (action) => {
      const decision = decider.decide(action);
      return decision instanceof Promise ? decision.then(judged) : judged(decision);
    },
  };
}
