import type { Action, Decision, Operation, TableRows } from "@custody/domain";
import type { Counters } from "./counters/counters.ts";
import { BY_DEFAULT, tierRank, verdictOf } from "./plan.ts";
import type { Policy } from "./policy.ts";
import type { Rule } from "./rules/rule.ts";
import { isStricter } from "./strictest.ts";

/** What is known of an action that has happened. */
export interface Known {
  /** The rows that it changed; undefined when nobody knows. */
  readonly byTable: readonly TableRows[] | undefined;
  /** What its session had changed before it; undefined when nobody knows. */
  readonly counters: Counters | undefined;
}

/** What came of asking one rule about one operation. */
export interface RuleTrace {
  readonly rule: string;
  readonly effect: Decision["effect"];
  /** `unknown`: its expression asks for something that nobody knows any more. `failed`: the expression did. */
  readonly answer: "matched" | "not-matched" | "unknown" | "failed";
  /** The keys of `match` that did not hold; `when` for the expression. */
  readonly because: readonly string[];
  /** The expression, where it was what it came down to. */
  readonly when?: string;
  /** It was the first to match. */
  readonly isDecisive: boolean;
}

export interface OperationTrace {
  readonly operation: Operation;
  /** All rules of the target's environment, in the order in which they are tried. */
  readonly rules: readonly RuleTrace[];
  /** The rule that decides about the operation, and what it says; `default` when none matches. */
  readonly rule: string;
  readonly effect: Decision["effect"];
  /** Whether a rule before it may have matched, of which nobody knows. */
  readonly isCertain: boolean;
}

/** What the rules say about an action, and why. */
export interface Explanation {
  readonly effect: Decision["effect"];
  readonly rule: string;
  readonly isCertain: boolean;
  readonly operations: readonly OperationTrace[];
}

/** Asks every rule about every operation of an action, and tells what each has to say. */
export function explain(policy: Policy, action: Action, known: Known): Explanation {
  const rules = policy.rulesFor(action.target.environment);
  const operations = action.operations.map((operation) => explainOperation(rules, operation, action, known));
  const { effect, rule } = operations.reduce<Pick<OperationTrace, "effect" | "rule"> & { rank: number }>(
    (found, { effect, operation, rule }) => {
      const rank = tierRank(operation);
      const stands =
        isStricter(effect, found.effect) ||
        (effect === "allow" && found.effect === effect && rank > found.rank);
      return stands ? { effect, rank, rule } : found;
    },
    { ...BY_DEFAULT, rank: -1 },
  );
  return { effect, isCertain: operations.every(({ isCertain }) => isCertain), operations, rule };
}

function explainOperation(
  rules: readonly Rule[],
  operation: Operation,
  action: Action,
  known: Known,
): OperationTrace {
  const traces: RuleTrace[] = [];
  let decisive: Pick<OperationTrace, "rule" | "effect"> | undefined;
  let isCertain = true;
  for (const rule of rules) {
    const trace = traceOf(rule, operation, action, known);
    const isFirst = decisive === undefined && (trace.answer === "matched" || trace.answer === "failed");
    if (decisive === undefined && trace.answer === "unknown") isCertain = false;
    if (isFirst)
      decisive =
        trace.answer === "failed"
          ? { effect: "deny", rule: "policy-error" }
          : { effect: rule.verdict.effect, rule: rule.name };
    traces.push({ ...trace, isDecisive: isFirst });
  }
  return {
    ...(decisive ?? { effect: BY_DEFAULT.effect, rule: BY_DEFAULT.rule }),
    isCertain,
    operation,
    rules: traces,
  };
}

function traceOf(
  rule: Rule,
  operation: Operation,
  action: Action,
  known: Known,
): Omit<RuleTrace, "isDecisive"> {
  const { conditions, moment, name, verdict, when } = rule;
  const trace = { effect: verdict.effect, rule: name };
  const because: string[] = conditions.filter((each) => !each.holds(operation, action)).map(({ key }) => key);
  if (moment === "measured" && operation.tier === "read") because.push("when");
  if (because.length > 0) return { ...trace, answer: "not-matched", because };
  if (when === undefined) return { ...trace, answer: "matched", because };
  const { sources, text } = when;
  const isUnknown =
    (sources.has("rows") && known.byTable === undefined) ||
    (sources.has("history") && known.counters === undefined) ||
    (sources.has("text") && action.statement === undefined);
  if (isUnknown) return { ...trace, answer: "unknown", because: ["when"], when: text };
  const facts = known.counters?.factsFor(action, known.byTable) ?? factsWithout(known.byTable);
  const said = verdictOf(rule, operation, action, facts);
  if (said === undefined) return { ...trace, answer: "not-matched", because: ["when"], when: text };
  return { ...trace, answer: said === verdict ? "matched" : "failed", because: [], when: text };
}

/** For expressions that ask for no history. */
function factsWithout(byTable: readonly TableRows[] | undefined) {
  return { byTable, costMicros: 0, rowsWithin: () => 0, statementsWithin: () => 0, tokens: 0 };
}
