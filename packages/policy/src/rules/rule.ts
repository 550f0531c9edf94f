import {
  type Action,
  type ApprovalTerms,
  DEFAULT_APPROVAL,
  type Decision,
  type Operation,
} from "@custody/domain";
import { compileExpression, type Expression } from "../expression/expression.ts";
import type { Source } from "../expression/variables.ts";
import type { Facet } from "../facets.ts";
import type { RuleText } from "../text/policy-schema.ts";
import { type Condition, compileConditions } from "./conditions.ts";

/** What a rule says about an operation that it matches. */
export interface Verdict {
  readonly effect: Decision["effect"];
  readonly rule: string;
  /** For people; shown in the refusal. */
  readonly reasons: readonly string[];
  readonly approval?: ApprovalTerms;
}

/** When the expression of a rule can be answered. */
type Moment =
  /** At once, and again the same for the same operations and facets. */
  | "always"
  /** At each statement anew. */
  | "each-time"
  /** When the statement has run, and its rows are known. */
  | "measured";

/** A rule that is ready to be asked. */
export interface Rule {
  readonly name: string;
  /** As it stands in the text. */
  readonly written: RuleText;
  readonly verdict: Verdict;
  readonly conditions: readonly Condition[];
  readonly when?: Expression;
  readonly moment: Moment;
  /** What it asks of an action besides its operations. */
  readonly facets: readonly Facet[];
}

/** Compiles a rule. `refuse` is given what is wrong with its expression. */
export function compileRule(written: RuleText, refuse: (message: string) => never): Rule {
  const { approval, effect, match, message, name, when } = written;
  const conditions = compileConditions(match, effect);
  const expression = when === undefined ? undefined : compileExpression(when, refuse);
  const reason = message ?? `the rule "${name}" ${SAYS[effect]}`;
  return {
    name,
    written,
    verdict: Object.freeze({
      effect,
      reasons: Object.freeze([reason]),
      rule: name,
      ...(effect === "approve" ? { approval: Object.freeze(approval ?? DEFAULT_APPROVAL) } : undefined),
    }),
    conditions,
    ...(expression && { when: expression }),
    moment: momentOf(expression?.sources),
    facets: [...conditions.flatMap(({ facets }) => facets), ...facetsOf(expression?.sources)],
  };
}

const SAYS: Readonly<Record<Decision["effect"], string>> = {
  allow: "allows it",
  approve: "wants a human to approve it",
  deny: "denies it",
  simulate: "has it simulated",
};

/** Whether all of `match` holds; the expression is another question. */
export function isAbout({ conditions }: Rule, operation: Operation, action: Action): boolean {
  for (const condition of conditions) if (!condition.holds(operation, action)) return false;
  return true;
}

const EMPTY: ReadonlySet<Source> = new Set();

function momentOf(sources: ReadonlySet<Source> = EMPTY): Moment {
  if (sources.has("rows")) return "measured";
  return sources.has("history") || sources.has("text") ? "each-time" : "always";
}

const NO_FACETS: ReadonlySet<Source> = new Set(["operation", "text", "history", "rows"]);

function facetsOf(sources: ReadonlySet<Source> = EMPTY): Facet[] {
  return [...sources].filter((source): source is Facet => !NO_FACETS.has(source));
}
