import { type Actor, type RecordDraft, rfc3339 } from "@custody/domain";
import { BUDGET_REACHED, type BudgetNotice } from "./budget-notice.ts";
import { amountText, placeText } from "./budget-text.ts";
import { limitOf } from "./total.ts";

/** What the book does not know of a record. */
export interface BudgetStamp {
  /** The action of the record: a new one. */
  readonly action: string;
  /** Whose request it was. */
  readonly actor: Actor;
  readonly nowUs: number;
}

/** The record of what people are told of a budget, once for each place and period. */
export function budgetRecord({ spender, total, type }: BudgetNotice, stamp: BudgetStamp): RecordDraft {
  const { budget, reserved, scope, span, spent, unpriced } = total;
  const place = placeText(budget, scope);
  const limit = limitOf(budget);
  const { parentSession, project, session } = spender;
  return {
    action: stamp.action,
    actor: stamp.actor,
    details: {
      beyond: budget.beyond,
      budget: budget.name,
      from: new Date(span.fromMs).toISOString(),
      limit,
      name: `${budget.name}, ${place}`,
      per: budget.per,
      period: budget.period,
      reserved,
      scope,
      spent,
      unit: "tokens" in budget.limit ? "tokens" : "millionths of a USD",
      ...(span.untilMs === undefined ? undefined : { until: new Date(span.untilMs).toISOString() }),
      ...(unpriced === 0 ? undefined : { unpriced }),
    },
    level: type === BUDGET_REACHED ? "error" : "warning",
    links: {},
    message: {
      key: type,
      params: {
        budget: budget.name,
        limit: amountText(budget, limit),
        place,
        spent: amountText(budget, spent),
      },
    },
    ...(parentSession === undefined ? undefined : { parentSession }),
    project,
    session,
    time: rfc3339(stamp.nowUs),
    type,
  };
}
