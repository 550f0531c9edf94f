import type { Decided, Decider, Simulation, TableRows } from "@custody/domain";
import type { Verdict } from "../bounded/bound.ts";
import { passBounded } from "../bounded/pass-bounded.ts";
import { type Changed, RowsBound } from "../bounded/rows-bound.ts";
import type { Execution } from "../execution.ts";
import { executionsOf } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { refuseOnRecord } from "../refusal.ts";
import type { Step } from "../segment.ts";
import { uncounted } from "../simulate/rehearse.ts";
import { asksWhileOpen, askWhileOpen, type Refusal } from "./ask-while-open.ts";
import { notAskedError } from "./hold-words.ts";

/** What the rules say of what was measured. */
export interface Judged extends Verdict {
  readonly decided: readonly Decided[];
  /** What a human said, who was asked while it was open. */
  readonly refusal?: Refusal;
}

/** Runs what a human is asked about while its transaction waits; only where `boundObstacle` finds nothing. */
export async function holdWhileOpen(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
): Promise<void> {
  await runJudged(steps, parts, (byTable) => ({ byTable: byTable ?? [], decided, mayLast: false }));
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
  const { decider, state } = parts;
  const isInTransaction = state.transaction.isExplicit;
  const judgeOpen = async (changed: Changed): Promise<Judged> => {
    const judged = judgeRows(changed.byTable);
    if (judged.mayLast) count(judged, decider);
    if (judged.mayLast || !asksWhileOpen(judged.decided)) return judged;
    settle(steps, judged.decided);
    const isCounted = changed.byTable !== undefined;
    const known = impactOf(judged.byTable, isInTransaction, false);
    const impact: Simulation = isCounted ? known : { ...known, ...uncounted, outcome: "not-simulatable" };
    const refusal = await askWhileOpen({ changed, decided: judged.decided, impact, steps }, parts);
    if (refusal === undefined) count(judged, decider);
    return { ...judged, mayLast: refusal === undefined, refusal };
  };
  const run = await passBounded(steps, new RowsBound(judgeOpen, { tellsApart: isInTransaction }), parts);
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

/** Whoever reads that no table changed has to know what does not say so. */
const NOTHING_COUNTED =
  "no row was counted: the server does not count those of foreign tables and of its own catalogue";

export function impactOf(
  byTable: readonly TableRows[],
  isInTransaction: boolean,
  isTakenBack: boolean,
): Simulation {
  return {
    byTable: byTable.map((rows) => ({ ...rows, removed: 0 })),
    commands: [],
    created: [],
    dropped: [],
    method: isInTransaction ? "savepoint" : "transaction",
    notes: [
      isTakenBack
        ? "it was run, measured and taken back"
        : "it has run, and waits with its locks for the answer",
      ...(byTable.length === 0 ? [NOTHING_COUNTED] : []),
    ],
    outcome: "simulated",
    sideEffects: [],
  };
}
