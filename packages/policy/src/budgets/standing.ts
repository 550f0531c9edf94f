import type { BudgetPage, BudgetStanding } from "@custody/domain";
import type { Budget } from "../text/budget-schema.ts";
import type { Family } from "./family.ts";
import { type Span, spanOf } from "./period.ts";
import { formatStandingPlace, inStandingOrder, type StandingPlace, standingPlace } from "./standing-place.ts";
import { isUntouched, limitOf, type Total } from "./total.ts";
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
export function standingPage(standings: Standings, query: StandingQuery): BudgetPage {
  const { budgets, family } = standings;
  const { after, limit } = query;
  const shown = firstOf(candidates(standings, query), limit + 1, after);
  const last = shown.length > limit ? shown[limit - 1] : undefined;
  return {
    budgets: shown.slice(0, limit).map(({ place, total }) => rowOf(total, place.number, family)),
    defined: budgets.length,
    next: last === undefined ? null : formatStandingPlace(last.place),
  };
}

function* candidates({ budgets, family, totals }: Standings, query: StandingQuery): Iterable<Candidate> {
  const { nowMs, project, viewer } = query;
  const numbers = new Map(budgets.map((budget, at) => [budget, at + 1]));
  const touched = new Set<Budget>();
  for (const total of totals) {
    if (isUntouched(total) || !isRunning(total.span, nowMs)) continue;
    if (!isShown(total, family, viewer, project)) continue;
    touched.add(total.budget);
    yield { place: standingPlace(total, numbers.get(total.budget) ?? 0), total };
  }
  for (const budget of budgets) {
    if (touched.has(budget) || !isShownUntouched(budget, viewer, project)) continue;
    const span = spanOf(budget.period, nowMs);
    const total = { budget, open: 0, reserved: 0, scope: "", span, spent: 0, unknown: 0, unpriced: 0 };
    yield { place: standingPlace(total, numbers.get(budget) ?? 0), total };
  }
}

/** The first ones in their order behind a place, without sorting all of them. */
function firstOf(
  all: Iterable<Candidate>,
  count: number,
  after: StandingPlace | undefined,
): readonly Candidate[] {
  const inOrder = (a: Candidate, b: Candidate) => inStandingOrder(a.place, b.place);
  let first: Candidate[] = [];
  for (const candidate of all) {
    if (after !== undefined && inStandingOrder(candidate.place, after) <= 0) continue;
    first.push(candidate);
    if (first.length >= 2 * count) first = first.sort(inOrder).slice(0, count);
  }
  return first.sort(inOrder).slice(0, count);
}

function rowOf(total: Total, number: number, family: Family): BudgetStanding {
  const { budget, reserved, scope, span, spent, unknown, unpriced } = total;
  const limit = limitOf(budget);
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
