import type { Decided, Decider, Simulation, TableRows } from "@custody/domain";
import type { Bound, Verdict } from "../bounded/bound.ts";
import { passBounded } from "../bounded/pass-bounded.ts";
import { type Changed, RowsBound } from "../bounded/rows-bound.ts";
import { StandingBound } from "../bounded/standing-bound.ts";
import type { Execution } from "../execution.ts";
import { executionsOf } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { refuseOnRecord } from "../refusal.ts";
import type { Step } from "../segment.ts";
import { asksWhileOpen, askWhileOpen, type Refusal, setsOffTriggers } from "./ask-while-open.ts";
import { notAskedError } from "./hold-words.ts";
import { impactOf, withTables } from "./impact-of.ts";

/** What the rules say of what was measured. */
export interface Judged extends Verdict {
  readonly decided: readonly Decided[];
  /** What a human said, who was asked while it was open. */
  readonly refusal?: Refusal;
}

/**
 * Runs what a human is asked about while its transaction waits; only where `boundObstacle` finds nothing. Returns what it did, when
 * that was more than to change rows: all was taken back then, and nobody is asked yet.
 */
export async function holdWhileOpen(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
): Promise<Simulation | undefined> {
  let done: Changed | undefined;
  const judgeRows = (byTable: readonly TableRows[] | undefined): Judged => {
    return { byTable: byTable ?? [], decided, mayLast: false };
  };
  const judgeOpen = (changed: Changed) => {
    done = changed;
    return judgeWhileOpen(changed, steps, parts, judgeRows);
  };
  const { isExplicit } = parts.state.transaction;
  const undone = await runBetween(steps, parts, new StandingBound(judgeOpen));
  return undone && withTables(impactOf(undone.byTable, isExplicit, true), done?.beyondRows);
}

/**
 * `judgeRows` says what of it may last; a human may have the last word while the transaction is open. Returns what was judged
 * when all was taken back and nobody is answered yet.
 */
export async function runJudged(
  steps: readonly Step[],
  parts: PassageParts,
  judgeRows: (byTable: readonly TableRows[] | undefined) => Judged,
): Promise<Judged | undefined> {
  const judgeOpen = (changed: Changed) => judgeWhileOpen(changed, steps, parts, judgeRows);
  const tellsApart = parts.state.transaction.isExplicit;
  return runBetween(steps, parts, new RowsBound(judgeOpen, { tellsApart }));
}

/** A human has the last word, where one is to be asked while the transaction is open. */
async function judgeWhileOpen(
  changed: Changed,
  steps: readonly Step[],
  parts: PassageParts,
  judgeRows: (byTable: readonly TableRows[] | undefined) => Judged,
): Promise<Judged> {
  const { decider, state } = parts;
  const judged = judgeRows(changed.byTable);
  const { decided } = judged;
  if (judged.mayLast) count(judged, decider);
  const { beyondRows } = changed;
  const isOfRows = beyondRows === undefined ? !setsOffTriggers(decided) : isNothing(beyondRows);
  if (judged.mayLast || !asksWhileOpen(decided) || !isOfRows) return judged;
  settle(steps, decided);
  const isCounted = changed.byTable !== undefined;
  const known = impactOf(judged.byTable, state.transaction.isExplicit, false);
  const impact: Simulation = isCounted ? known : { ...known, ...UNCOUNTED };
  const refusal = await askWhileOpen({ changed, decided, impact, steps }, parts);
  if (refusal === undefined) count(judged, decider);
  return { ...judged, mayLast: refusal === undefined, refusal };
}

/** Answers the client, or returns what was judged when all was taken back and nobody is answered yet. */
async function runBetween(
  steps: readonly Step[],
  parts: PassageParts,
  bound: Bound<Judged>,
): Promise<Judged | undefined> {
  const run = await passBounded(steps, bound, parts);
  if (run.kind === "undone") {
    if (run.said === undefined) {
      await tooLong(steps, parts);
      return undefined;
    }
    const { decided, refusal } = run.said;
    if (refusal === undefined) return run.said;
    const first = executionsOf(steps)[decided.findIndex(({ decision }) => decision.effect !== "allow")];
    await refuseOnRecord(steps, first as Execution, refusal.error, parts, refusal.status);
  }
  return undefined;
}

/**
 * What may last counts from this moment on, before it is committed: else whatever other connections of the session are
 * judged meanwhile would not know of it, and each of them could use up the whole limit. A COMMIT that fails leaves it counted.
 */
function count({ byTable, decided }: Judged, decider: Decider): void {
  const last = decided.findLast(({ action }) => action.operations.some(({ tier }) => tier !== "read"));
  if (last !== undefined) decider.count?.(last.action, byTable);
}

/** The final records have the decision that counted in the end. */
export function settle(steps: readonly Step[], decided: readonly Decided[]): void {
  const executions = executionsOf(steps);
  for (const [at, { decision }] of decided.entries()) (executions[at] as Execution).decision = decision;
}

async function tooLong(steps: readonly Step[], parts: PassageParts): Promise<void> {
  const [first] = executionsOf(steps);
  if (first === undefined) return;
  for (const execution of executionsOf(steps))
    if (execution.decision?.isMeasured) execution.decision = { ...execution.decision, effect: "deny" };
  const why = "its rows are limited, and it returns more than 16 MiB of them: ask for fewer";
  await refuseOnRecord(steps, first, notAskedError(first.classified.verb, why, first.action), parts);
}

function isNothing({ gone, made, rewritten }: NonNullable<Changed["beyondRows"]>): boolean {
  return gone.length + made.length + rewritten.length === 0;
}

const UNCOUNTED = {
  code: "uncounted",
  outcome: "not-simulatable",
  reason: "track_counts is off, or it writes to a foreign table, so nobody counts what it changes",
} as const;
