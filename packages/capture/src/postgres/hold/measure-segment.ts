import type { Decided, Decider, Simulation, TableRows } from "@custody/domain";
import { boundObstacle } from "../bounded/bound-obstacle.ts";
import type { Execution } from "../execution.ts";
import { executionsOf, sendCounted } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { refuseOnRecord } from "../refusal.ts";
import { refusalError } from "../refuse.ts";
import type { Step } from "../segment.ts";
import { sendBeginFirst } from "./begin-first.ts";
import { countUnmeasured } from "./count-unmeasured.ts";
import { holdSegment } from "./hold-segment.ts";
import { impactOf } from "./impact-of.ts";
import { judgeOne } from "./judge-one.ts";
import { type Judged, runJudged, settle } from "./judged-run.ts";

/**
 * Runs a segment of which the rules want to know the rows before it may last. What goes too far is taken back, and then
 * denied or put before a human with what it did.
 */
export async function measureSegment(
  given: readonly Step[],
  givenDecided: readonly Decided[],
  parts: PassageParts,
): Promise<void> {
  const { decided, steps } = await sendBeginFirst(given, givenDecided, parts);
  const { decider, state } = parts;
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  if (boundObstacle(steps, state) !== undefined) {
    const judged = judge(decided, undefined, decider);
    if (!judged.mayLast) return stop(steps, judged.decided, parts, undefined);
    countUnmeasured(decided, decider);
    return sendCounted(steps, parts);
  }
  const isInTransaction = state.transaction.isExplicit;
  const undone = await runJudged(steps, parts, (byTable) => judge(decided, byTable, decider));
  if (undone !== undefined)
    return stop(steps, undone.decided, parts, impactOf(undone.byTable, isInTransaction, true));
}

/** The rows are those of all that travels together, for each of them. */
function judge(
  decided: readonly Decided[],
  byTable: readonly TableRows[] | undefined,
  decider: Decider,
): Judged {
  const judged = decided.map((one): Decided => {
    if (!one.decision.isMeasured) return one;
    return { action: one.action, decision: judgeOne(one.action, byTable, decider) };
  });
  return {
    byTable: byTable ?? [],
    decided: judged,
    mayLast: judged.every(({ decision }) => decision.effect === "allow"),
  };
}

async function stop(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
  impact: Simulation | undefined,
): Promise<void> {
  const executions = executionsOf(steps);
  settle(steps, decided);
  const at = decided.findIndex(({ decision }) => decision.effect !== "allow");
  const first = executions[at] as Execution;
  const denied = decided.findIndex(({ decision }) => decision.effect === "deny");
  if (denied === -1) return holdSegment(steps, asApproval(decided), first, parts, impact);
  const { action, decision } = decided[denied] as Decided;
  const { verb } = (executions[denied] as Execution).classified;
  await refuseOnRecord(steps, first, refusalError(action, decision, verb), parts);
}

/** What was run and taken back needs no simulation any more. */
function asApproval(decided: readonly Decided[]): readonly Decided[] {
  return decided.map((one) =>
    one.decision.effect === "simulate" ? { ...one, decision: { ...one.decision, effect: "approve" } } : one,
  );
}
