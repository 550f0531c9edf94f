import { DEFAULT_APPROVAL, type Decision } from "@custody/domain";
import type { Budget } from "../text/budget-schema.ts";
import { amountText, placeText } from "./budget-text.ts";
import { limitOf, type Total } from "./total.ts";

/** Why a request may not be sent as it is. */
export interface BudgetRefusal {
  readonly ok: false;
  /** The name of the budget. */
  readonly budget: string;
  /** Which session, person, project or model it is; empty for all together. */
  readonly scope: string;
  /** `stop`: it is refused. `hold`: a human may let it go beyond the budget. */
  readonly beyond: "stop" | "hold";
  /** `limit`: it may take more than is left. `unpriced`: nobody knows what it costs. */
  readonly why: "limit" | "unpriced";
  /** What is left, in the unit of the limit: tokens, or millionths of a US dollar. Never below 0. */
  readonly left: number;
  /** When the budget begins again, in milliseconds; never, where there is none. */
  readonly untilMs: number | undefined;
  /** For the record, and for whoever is refused: the rule is `budget:<name>`. */
  readonly decision: Decision;
}

/** `asked` is in the unit of the limit; null for money that nobody knows. */
export function refusalOf(total: Total, asked: number | null, policy: string): BudgetRefusal {
  const { budget, scope, span } = total;
  const left = Math.max(0, limitOf(budget) - total.spent - total.reserved);
  const beyond = budget.beyond === "hold" ? "hold" : "stop";
  return {
    beyond,
    budget: budget.name,
    decision: {
      effect: beyond === "hold" ? "approve" : "deny",
      ...(beyond === "hold" ? { approval: DEFAULT_APPROVAL } : undefined),
      policy,
      reasons: reasonsOf(total, asked, left),
      rule: ruleOf(budget),
    },
    left,
    ok: false,
    scope,
    untilMs: span.untilMs,
    why: asked === null ? "unpriced" : "limit",
  };
}

function ruleOf({ name }: Budget): string {
  return `budget:${name}`;
}

function reasonsOf(total: Total, asked: number | null, left: number): string[] {
  const { budget, reserved, scope, span, spent } = total;
  const text = (amount: number) => amountText(budget, amount);
  const of = `the budget ${budget.name} of ${placeText(budget, scope)}`;
  if (asked === null) return [`${of} needs a price, and nobody knows one of this model`];
  const again =
    span.untilMs === undefined ? [] : [`it begins again at ${new Date(span.untilMs).toISOString()}`];
  return [
    `${of} is ${text(limitOf(budget))}, of which ${text(left)} is left, and this request may take ${text(asked)}`,
    `${text(spent)} is spent, and ${text(reserved)} is set aside for requests that are on their way`,
    ...again,
  ];
}
