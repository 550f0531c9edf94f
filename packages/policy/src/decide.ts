import type { Decision, Operation, Target, Tier } from "@custody/domain";
import type { Policy } from "./policy.ts";

const tiers: readonly Tier[] = ["read", "write", "destructive", "admin"];

/** The name under which the record shows that no rule was needed: what is not denied is allowed. */
const allowedByDefault = "default";

/**
 * Decides about a statement: each operation by the first rule that matches it, and the statement by the first
 * operation that is denied. If none is, the rule of the strictest operation stands for all.
 */
export function decide(policy: Policy, operations: readonly Operation[], target: Target): Decision {
  let strictest = -1;
  let allowed: Pick<Decision, "rule" | "reasons"> = { rule: allowedByDefault, reasons: [] };
  for (const operation of operations) {
    const rule = policy.rules.find((one) => one.matches(operation, target));
    if (rule?.effect === "deny") {
      return Object.freeze({
        effect: "deny",
        policy: policy.digest,
        reasons: [rule.reason],
        rule: rule.name,
      });
    }
    const tier = tiers.indexOf(operation.tier);
    if (tier <= strictest) continue;
    strictest = tier;
    allowed =
      rule === undefined
        ? { rule: allowedByDefault, reasons: [] }
        : { rule: rule.name, reasons: [rule.reason] };
  }
  return Object.freeze({ effect: "allow", policy: policy.digest, ...allowed });
}
