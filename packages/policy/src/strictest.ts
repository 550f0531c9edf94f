import type { ApprovalTerms, Decision } from "@custody/domain";
import type { Verdict } from "./rules/rule.ts";

/** Of a statement that does several things, the strictest stands for all. */
const STRICTNESS: Readonly<Record<Decision["effect"], number>> = {
  allow: 0,
  simulate: 1,
  approve: 2,
  deny: 3,
};

export function isStricter(one: Decision["effect"], other: Decision["effect"]): boolean {
  return STRICTNESS[one] > STRICTNESS[other];
}

/** What two rules ask of a human together. The name is that of the first. */
export function bothApprovals(first: Verdict, second: Verdict): Verdict {
  if (first.rule === second.rule || first.approval === undefined || second.approval === undefined)
    return first;
  return {
    ...first,
    approval: stricterTerms(first.approval, second.approval),
    reasons: [...new Set([...first.reasons, ...second.reasons])],
  };
}

export function stricterTerms(one: ApprovalTerms, other: ApprovalTerms): ApprovalTerms {
  return {
    approvers: Math.max(one.approvers, other.approvers),
    at: one.at === "start" ? one.at : other.at,
    ...(one.isPasskeyNeeded || other.isPasskeyNeeded ? { isPasskeyNeeded: true as const } : undefined),
    validMs: Math.min(one.validMs, other.validMs),
    waitMs: Math.min(one.waitMs, other.waitMs),
  };
}
