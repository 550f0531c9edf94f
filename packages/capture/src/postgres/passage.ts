import {
  type Action,
  type Decided,
  type Decision,
  firstStop,
  goOn,
  pass,
  type RecordDraft,
  type Safety,
} from "@custody/domain";
import { CaptureError } from "../error.ts";
import { runsPutOff } from "./bounded/put-off.ts";
import { type ConnectionState, mayEndTransaction } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import type { Execution } from "./execution.ts";
import { executionsOf, send, sendCounted } from "./forward.ts";
import { countUnmeasured } from "./hold/count-unmeasured.ts";
import { holdSegment } from "./hold/hold-segment.ts";
import { endsLimitedWrites, measurePutOff } from "./hold/measure-put-off.ts";
import { measureSegment } from "./hold/measure-segment.ts";
import type { PassageParts } from "./passage-parts.ts";
import { requestedRecord } from "./records.ts";
import { endOnRecord, finalsOfRefused, refuse, refuseOnRecord } from "./refusal.ts";
import { ledgerError, refusalError, simulationError } from "./refuse.ts";
import type { Step } from "./segment.ts";
import { ConnectionLost, StatementFailure } from "./server-failure.ts";
import { simulateSegment } from "./simulate-segment.ts";
import type { Unfinished } from "./unfinished.ts";

/**
 * Takes the messages of one segment through `pass()`: decided together, recorded, then sent on in their received
 * bytes. If one is refused, what stands before it still goes on, so that the client sees the error where it belongs;
 * the transaction of the segment ends with that error, as it would without Custody.
 */
export function passSegment(steps: readonly Step[], parts: PassageParts): void | Promise<void> {
  const executions = executionsOf(steps);
  const { context, state } = parts;
  markCommits(executions, state);
  if (executions.length === 0 && endsWrites(steps, state)) return decideEnd(steps, parts);
  const of = (decided: readonly Decided[], one: Decided) => executions[decided.indexOf(one)] as Execution;
  const onFailure = (error: unknown): void | Promise<void> => {
    // What the connection believes of its server is wrong, and that is on record.
    if (error instanceof CaptureError) throw error;
    // Nobody is there to be answered, and what became of it is on record.
    if (error instanceof ConnectionLost) return;
    // Nothing was forwarded. Without a ledger there is no record of the refusal either; the error says so.
    const first = executions[0];
    if (first === undefined) throw error;
    // A question of Custody's own was not answered, by a cancellation or a time limit of the client's.
    if (error instanceof StatementFailure && error.raw !== undefined)
      return refuseOnRecord(steps, first, error.raw, parts, "cancelled");
    for (const execution of executions) execution.state = "final";
    refuse(steps, first, ledgerError(error), parts);
  };
  try {
    const passed = pass(
      {
        actions: executions.map(({ action }) => action),
        safety: safetyOf(executions, state, context),
        requested: (decided) => requestedAndRefused(decided, executions, steps, parts),
        forward: (decided) => forward(steps, decided, executions, parts),
        hold: (decided, held) => holdSegment(steps, decided, of(decided, held), parts),
        refuse: (decided, refused, because) =>
          refuse(steps, of(decided, refused), refusalOf(because, of(decided, because)), parts),
        simulate: (decided, first) => simulate(decided, of(decided, first), steps, parts),
      },
      parts,
    );
    return passed instanceof Promise ? passed.catch(onFailure) : passed;
  } catch (error) {
    return onFailure(error);
  }
}

function forward(
  steps: readonly Step[],
  decided: readonly Decided[],
  executions: readonly Execution[],
  parts: PassageParts,
): void | Promise<void> {
  if (decided.some(({ decision }) => decision.isMeasured)) return measureSegment(steps, decided, parts);
  const sendOn = (): void => sendAllowed(steps, decided, parts);
  return endsLimitedWrites(executions, parts.state) ? measurePutOff(steps, decided, parts, sendOn) : sendOn();
}

function sendAllowed(steps: readonly Step[], decided: readonly Decided[], parts: PassageParts): void {
  countUnmeasured(decided, parts.decider);
  sendCounted(steps, parts);
}

/** Promise 1 of the design: what can change the outside world is durable before it can take effect. */
function safetyOf(
  executions: readonly Execution[],
  state: ConnectionState,
  context: ConnectionContext,
): Safety {
  if (context.durability === "strict" && executions.length > 0) return "durable";
  let written = state.hasWritten;
  let isInTransaction = state.isSafelyInTransaction;
  for (const { classified } of executions) {
    if (classified.writes) written = true;
    if (classified.escapesTransaction) return "durable";
    if (classified.writes && !isInTransaction) return "durable";
    if (written && isBoundary(classified.control?.kind)) return "durable";
    if (mayEndTransaction(classified)) isInTransaction = false;
  }
  return "queued";
}

/** Whoever decides cannot see what stands before a COMMIT. */
function markCommits(executions: readonly Execution[], state: ConnectionState): void {
  let written = state.hasWritten;
  // The server answers a COMMIT of what has failed with ROLLBACK; behind a ROLLBACK TO it would be another matter.
  const rollsBack = state.transaction.isFailed && state.expected.isAtRest;
  for (const [at, { action, classified }] of executions.entries()) {
    const kind = classified.control?.kind;
    if (classified.writes) written = true;
    if (at === 0 && rollsBack && kind === "commit") continue;
    if (kind === "commit-prepared" || (written && isBoundary(kind) && kind !== "rollback-prepared"))
      (action as Unfinished<Action>).commitsWrites = true;
  }
}

/** A Sync that is alone commits what was written before it in its pipeline. */
function endsWrites(steps: readonly Step[], { expected, hasWritten, transaction }: ConnectionState): boolean {
  const isOpen = hasWritten && expected.isWithinSegment && !transaction.isExplicit;
  return isOpen && steps.some((step) => step.expected?.kind === "sync");
}

/** A Sync cannot be answered with an error: where it may not commit, the connection ends, and with it the pipeline's work. */
function decideEnd(steps: readonly Step[], parts: PassageParts): void | Promise<void> {
  const { clock, newId, session, target } = parts.context;
  const links = { connection: parts.context.connection };
  const end = { commitsWrites: true, id: newId(), links, operations: [], session, target } as const;
  return goOn(parts.decider.decide({ ...end, timeUs: clock.nowUs() }), ({ effect, reasons }) => {
    if (effect === "allow") return send(steps, parts);
    throw new CaptureError(
      "COMMIT_DENIED",
      `what this pipeline wrote is not committed: ${reasons.join("; ")}`,
    );
  });
}

function isBoundary(kind: string | undefined): boolean {
  return (
    kind === "commit" ||
    kind === "prepare-transaction" ||
    kind === "commit-prepared" ||
    kind === "rollback-prepared"
  );
}

/** One requested record for each act; those that will not run have their final record at once. */
function requestedAndRefused(
  decided: readonly Decided[],
  executions: readonly Execution[],
  steps: readonly Step[],
  { context, state }: PassageParts,
): RecordDraft[] {
  const isEnd = endsLimitedWrites(executions, state);
  const drafts = executions.map((one, at) => {
    const { decision } = decided[at] as Decided;
    return requestedRecord(one, isEnd && runsPutOff(one) ? { ...decision, isMeasured: true } : decision);
  });
  const stop = firstStop(decided);
  // What is simulated, or put before a human, is final when that has come to its end.
  if (stop?.because.decision.effect !== "deny") return drafts;
  const refused = executions[decided.indexOf(stop.first)] as Execution;
  return [...drafts, ...finalsOfRefused(refused, steps, context)];
}

/** Tells the client what its statements would have done, once that is on record. They are refused with it. */
async function simulate(
  decided: readonly Decided[],
  first: Execution,
  steps: readonly Step[],
  parts: PassageParts,
): Promise<void> {
  const { borrow, state } = parts;
  const executions = executionsOf(steps);
  const simulation = await simulateSegment(steps, decided, "simulate", state, borrow).catch(async (error) => {
    const inDoubt = { outcome: "unknown", status: "unknown" } as const;
    await endOnRecord(steps, inDoubt, parts);
    throw error;
  });
  for (const execution of executions)
    if (execution.decision?.effect === "simulate") execution.simulation = simulation;
  const { action, classified, decision } = first;
  const error = simulationError(action, decision as Decision, classified.verb, simulation);
  await refuseOnRecord(steps, first, error, parts);
}

function refusalOf({ action, decision }: Decided, execution: Execution): Buffer {
  return refusalError(action, decision, execution.classified.verb);
}
