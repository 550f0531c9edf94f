import type { Action, Decision, Operation, Tier } from "@custody/domain";
import type { Facts } from "./expression/facts.ts";
import type { Policy } from "./policy.ts";
import { isAbout, type Rule, type Verdict } from "./rules/rule.ts";
import { bothApprovals, isStricter } from "./strictest.ts";

/** What is known beforehand of the rules for one operation. */
interface OperationPlan {
  readonly operation: Operation;
  /** Rules that match, in order, if an expression holds that can only be answered later. */
  readonly open: readonly Rule[];
  /** What the first rule behind them says, whose answer is known. */
  readonly settled: Verdict;
}

/** Everything about a statement that is the same for each of its kind; what changes is asked by `decideBy`. */
export interface Plan {
  readonly operations: readonly OperationPlan[];
  /** Set when it does not change before the rows are known. */
  readonly decision?: Decision;
}

/** The name under which the record shows that no rule was needed: what is not restricted is allowed. */
export const BY_DEFAULT: Verdict = Object.freeze({
  effect: "allow",
  reasons: Object.freeze([]),
  rule: "default",
});

/** Nothing is known of any count. No rule that is asked with it looks at one. */
const NO_FACTS: Facts = {
  byTable: undefined,
  costMicros: 0,
  rowsWithin: () => 0,
  statementsWithin: () => 0,
  tokens: 0,
};

/** Asks the rules all that can be answered without counting anything. */
export function planFor(policy: Policy, action: Action): Plan {
  const rules = policy.rulesFor(action.target.environment);
  const operations = action.operations.map((operation) => planOperation(rules, operation, action));
  const isConstant = operations.every(({ open }) => open.every(({ moment }) => moment === "measured"));
  return isConstant
    ? { decision: decideBy({ operations }, policy, action, NO_FACTS), operations }
    : { operations };
}

function planOperation(rules: readonly Rule[], operation: Operation, action: Action): OperationPlan {
  const open: Rule[] = [];
  for (const rule of rules) {
    // Who reads changes no rows.
    if (rule.moment === "measured" && operation.tier === "read") continue;
    if (!isAbout(rule, operation, action)) continue;
    if (rule.moment !== "always") open.push(rule);
    else {
      const settled = verdictOf(rule, operation, action, NO_FACTS);
      if (settled !== undefined) return { open, operation, settled };
    }
  }
  return { open, operation, settled: BY_DEFAULT };
}

/** What a rule says that is about an operation; undefined when its expression does not hold. What fails is a denial. */
export function verdictOf(
  rule: Rule,
  operation: Operation,
  action: Action,
  facts: Facts,
): Verdict | undefined {
  if (rule.when === undefined) return rule.verdict;
  try {
    return rule.when.holds({ action, facts, operation }) ? rule.verdict : undefined;
  } catch (error) {
    return failure(`the rule "${rule.name}" cannot be evaluated: ${firstLine(error)}`);
  }
}

export function failure(reason: string): Verdict {
  return { effect: "deny", reasons: [reason], rule: "policy-error" };
}

export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] as string;
}

const TIERS: readonly Tier[] = ["read", "write", "destructive", "admin"];

/** How much harm an operation can do, from 0. */
export function tierRank({ tier }: Operation): number {
  return TIERS.indexOf(tier);
}

/**
 * The strictest of what the rules say about each operation; where all allow it, the rule of the most harmful one stands
 * for all. Before the rows are known, what depends on them is taken to be allowed, and the decision says so.
 */
export function decideBy({ operations }: Plan, policy: Policy, action: Action, facts: Facts): Decision {
  let strictest: Verdict | undefined;
  let highestTier = -1;
  let isMeasured = false;
  for (const plan of operations) {
    const verdict = verdictBy(plan, action, facts);
    if (verdict.isOpen) isMeasured = true;
    const { said } = verdict;
    if (said.effect === "deny") return decisionOf(said, policy);
    const tier = tierRank(plan.operation);
    if (strictest === undefined || isStricter(said.effect, strictest.effect)) strictest = said;
    else if (said.effect === "approve" && strictest.effect === "approve")
      strictest = bothApprovals(strictest, said);
    else if (said.effect === "allow" && strictest.effect === "allow" && tier > highestTier) strictest = said;
    highestTier = Math.max(highestTier, tier);
  }
  const decision = strictest ?? BY_DEFAULT;
  return decisionOf(decision, policy, isMeasured && decision.effect === "allow");
}

function verdictBy(plan: OperationPlan, action: Action, facts: Facts): { said: Verdict; isOpen: boolean } {
  let isOpen = false;
  for (const rule of plan.open) {
    if (rule.moment === "measured" && facts.byTable === undefined) {
      isOpen = true;
      continue;
    }
    const said = verdictOf(rule, plan.operation, action, facts);
    if (said !== undefined) return { isOpen, said };
  }
  return { isOpen, said: plan.settled };
}

export function decisionOf(verdict: Verdict, { digest }: { digest: string }, isMeasured = false): Decision {
  const { approval, effect, reasons, rule } = verdict;
  return Object.freeze({
    effect,
    policy: digest,
    reasons,
    rule,
    ...(approval && { approval }),
    ...(isMeasured ? { isMeasured: true as const } : undefined),
  });
}
