import type { Action, Decider, Decision, TableRows } from "@custody/domain";

/** A decider that fails has not said yes. */
export function judgeOne(
  action: Action,
  byTable: readonly TableRows[] | undefined,
  decider: Decider,
): Decision {
  try {
    const decision = decider.judge?.(action, byTable);
    if (decision !== undefined) return decision;
  } catch (error) {
    return policyError(error instanceof Error ? error.message : String(error));
  }
  return policyError("it measures, and does not judge");
}

function policyError(reason: string): Decision {
  return {
    effect: "deny",
    policy: "",
    reasons: [`the policy could not decide: ${reason}`],
    rule: "policy-error",
  };
}
