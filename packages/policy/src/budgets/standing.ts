import type { BudgetPage, BudgetStanding } from "@custody/domain";
import type { Budget } from "../text/budget-schema.ts";
import type { Family } from "./family.ts";
import { FirstPlaces } from "./first-places.ts";
import { type Span, spanOf } from "./period.ts";
import { formatStandingPlace, type StandingPlace, shareOf, standingPlace } from "./standing-place.ts";
import { isUntouched, newTotal, type Total } from "./total.ts";
import { type BudgetViewer, isShown, isShownUntouched } from "./whose.ts";

export interface StandingQuery {
  readonly nowMs: number;
  readonly viewer: BudgetViewer;
  /** Only what belongs to this one. */
  readonly project?: string | undefined;
  readonly limit: number;
  /** Where the page before ended. */
  readonly after?: StandingPlace | undefined;
}

interface Standings {
  readonly budgets: readonly Budget[];
  readonly family: Family;
  readonly totals: Iterable<Total>;
}

interface Candidate {
  readonly place: StandingPlace;
  readonly total: Total;
}

/**
 * How budgets stand in the periods that run now: each place in which something was spent or is set aside, and each budget that
 * has none in one line. It is asked beside statements that wait, so of many places only those of the page are looked at closely.
 */
export function standingPage({ budgets, family, totals }: Standings, query: StandingQuery): BudgetPage {
  const { after, limit, nowMs, project, viewer } = query;
  const numbers = new Map(budgets.map((budget, at) => [budget, at + 1]));
  const first = new FirstPlaces<Candidate>(limit + 1, after);
  const add = (total: Total) =>
    first.add({ place: standingPlace(total, numbers.get(total.budget) ?? 0), total });
  const touched = new Set<Budget>();
  for (const total of totals) {
    const isWanted = first.hasRoomFor(shareOf(total));
    if (!isWanted && touched.has(total.budget)) continue;
    if (isUntouched(total) || !isRunning(total.span, nowMs)) continue;
    if (!isShown(total, family, viewer, project)) continue;
    touched.add(total.budget);
    if (isWanted) add(total);
  }
  for (const budget of budgets) {
    if (touched.has(budget) || !isShownUntouched(budget, viewer, project)) continue;
    add(newTotal({ budget, scope: "" }, spanOf(budget.period, nowMs)));
  }
  const shown = first.take();
  const last = shown.length > limit ? shown[limit - 1] : undefined;
  return {
    budgets: shown.slice(0, limit).map(({ place, total }) => rowOf(total, place.number, family)),
    defined: budgets.length,
    next: last === undefined ? null : formatStandingPlace(last.place),
  };
}

function rowOf(total: Total, number: number, family: Family): BudgetStanding {
  const { budget, limit, reserved, scope, span, spent, unknown, unpriced } = total;
  return {
    budget: budget.name,
    number,
    per: budget.per,
    scope: isUntouched(total) ? null : scope,
    ...nameOf(total, family),
    period: budget.period,
    from: span.untilMs === undefined ? null : new Date(span.fromMs).toISOString(),
    until: span.untilMs === undefined ? null : new Date(span.untilMs).toISOString(),
    unit: "tokens" in budget.limit ? "tokens" : "micros",
    limit,
    settled: spent,
    reserved,
    left: Math.max(0, limit - spent - reserved),
    // biome-ignore lint/suspicious/noThenProperty: it is a word, as the policy has it, and no promise.
    then: budget.beyond,
    warnAt: budget.warnAt,
    unpriced,
    unknown,
  };
}

function nameOf(
  { budget, person, scope }: Total,
  family: Family,
): Pick<BudgetStanding, "agent" | "person" | "project"> {
  if (budget.per === "human") return person === undefined ? {} : { person };
  const member = budget.per === "session" ? family.find(scope) : undefined;
  if (member === undefined) return {};
  const { agent, human, project } = member;
  return {
    ...(agent === undefined ? undefined : { agent }),
    ...(human === undefined ? undefined : { person: human.name }),
    project,
  };
}

function isRunning({ fromMs, untilMs }: Span, nowMs: number): boolean {
  return fromMs <= nowMs && (untilMs === undefined || nowMs < untilMs);
}
