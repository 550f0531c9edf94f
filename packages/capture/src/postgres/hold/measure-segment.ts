import type { Decided, Decider, Decision, Simulation, TableRows } from "@custody/domain";
import type { Verdict } from "../bounded/bound.ts";
import { boundObstacle } from "../bounded/bound-obstacle.ts";
import { passBounded } from "../bounded/bounded-step.ts";
import { RowsBound } from "../bounded/rows-bound.ts";
import type { Execution } from "../execution.ts";
import { executionsOf, sendCounted } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { finalsOfRefused, refuse } from "../refusal.ts";
import { refusalError } from "../refuse.ts";
import type { Step } from "../segment.ts";
import { holdSegment } from "./hold-segment.ts";
import { notAskedError } from "./hold-words.ts";

/** What the rules say of what was measured. */
interface Judged extends Verdict {
  readonly decided: readonly Decided[];
}

/**
 * Runs a segment of which the rules want to know the rows before it may last. What goes too far is taken back, and then
 * denied or put before a human with what it did.
 */
export async function measureSegment(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
): Promise<void> {
  const { decider, state } = parts;
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  if (boundObstacle(steps, state) !== undefined) {
    const judged = judge(decided, undefined, decider);
    if (judged.mayLast) return sendCounted(steps, parts);
    return stop(steps, judged.decided, parts, undefined);
  }
  const isInTransaction = state.transaction.isExplicit;
  const run = await passBounded(
    steps,
    new RowsBound((byTable) => judgeAndCount(decided, byTable, decider)),
    parts,
  );
  if (run.kind === "undone") {
    if (run.said === undefined) return tooLong(steps, parts);
    return stop(steps, run.said.decided, parts, impactOf(run.said.byTable, isInTransaction));
  }
}

/**
 * What may last counts from this moment on, before it is committed: else whatever other connections of the session are
 * judged meanwhile would not know of it, and each of them could use up the whole limit. A COMMIT that fails leaves it counted.
 */
function judgeAndCount(
  decided: readonly Decided[],
  byTable: readonly TableRows[] | undefined,
  decider: Decider,
): Judged {
  const judged = judge(decided, byTable, decider);
  const last = decided.findLast(({ decision }) => decision.isMeasured);
  if (judged.mayLast && last !== undefined) decider.count?.(last.action, judged.byTable);
  return judged;
}

/** The rows are those of all that travels together, for each of them. */
function judge(
  decided: readonly Decided[],
  byTable: readonly TableRows[] | undefined,
  decider: Decider,
): Judged {
  const judged = decided.map((one): Decided => {
    if (!one.decision.isMeasured) return one;
    return { action: one.action, decision: judgeOne(one, byTable, decider) };
  });
  return {
    byTable: byTable ?? [],
    decided: judged,
    mayLast: judged.every(({ decision }) => decision.effect === "allow"),
  };
}

/** A decider that fails has not said yes. */
function judgeOne(
  { action }: Decided,
  byTable: readonly TableRows[] | undefined,
  decider: Decider,
): Decision {
  try {
    const decision = decider.judge?.(action, byTable);
    if (decision !== undefined) return decision;
  } catch (error) {
    return policyError(error instanceof Error ? error.message : String(error));
  }
  return policyError("it measures, and does not judge");
}

function policyError(reason: string): Decision {
  return {
    effect: "deny",
    policy: "",
    reasons: [`the policy could not decide: ${reason}`],
    rule: "policy-error",
  };
}

async function stop(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
  impact: Simulation | undefined,
): Promise<void> {
  const executions = executionsOf(steps);
  for (const [at, { decision }] of decided.entries()) (executions[at] as Execution).decision = decision;
  const at = decided.findIndex(({ decision }) => decision.effect !== "allow");
  const first = executions[at] as Execution;
  const denied = decided.findIndex(({ decision }) => decision.effect === "deny");
  if (denied === -1) return holdSegment(steps, asApproval(decided), first, parts, impact);
  const { action, decision } = decided[denied] as Decided;
  await parts.recorder.record(finalsOfRefused(first, steps, parts.context), "written");
  refuse(
    steps,
    first,
    refusalError(action, decision, (executions[denied] as Execution).classified.verb),
    parts,
  );
}

/** What was run and taken back needs no simulation any more. */
function asApproval(decided: readonly Decided[]): readonly Decided[] {
  return decided.map((one) =>
    one.decision.effect === "simulate" ? { ...one, decision: { ...one.decision, effect: "approve" } } : one,
  );
}

async function tooLong(steps: readonly Step[], parts: PassageParts): Promise<void> {
  const [first] = executionsOf(steps);
  if (first === undefined) return;
  for (const execution of executionsOf(steps))
    if (execution.decision?.isMeasured) execution.decision = { ...execution.decision, effect: "deny" };
  await parts.recorder.record(finalsOfRefused(first, steps, parts.context), "written");
  const why = "its rows are limited, and it returns more than 16 MiB of them: ask for fewer";
  refuse(steps, first, notAskedError(first.classified.verb, why, first.action), parts);
}

function impactOf(byTable: readonly TableRows[], isInTransaction: boolean): Simulation {
  return {
    byTable: byTable.map((rows) => ({ ...rows, removed: 0 })),
    commands: [],
    created: [],
    dropped: [],
    method: isInTransaction ? "savepoint" : "transaction",
    notes: ["it was run, measured and taken back"],
    outcome: "simulated",
    sideEffects: [],
  };
}
