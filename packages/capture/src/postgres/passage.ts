import {
  type Action,
  type Decided,
  type Decider,
  type Decision,
  goOn,
  pass,
  type RecordDraft,
  type Recorder,
  type Safety,
} from "@custody/domain";
import { CaptureError } from "../error.ts";
import type { AnswerReader } from "./answers.ts";
import { type ConnectionState, mayEndTransaction } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import type { Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import { denialProbe, rollback } from "./inject.ts";
import { finalRecord, requestedRecord } from "./records.ts";
import { ledgerError, refusalError, simulationError } from "./refuse.ts";
import { joinNeighbours } from "./requests.ts";
import type { Step } from "./segment.ts";
import { type Borrow, simulateSegment } from "./simulate-segment.ts";
import { withCounters } from "./statistics/with-counters.ts";
import type { Unfinished } from "./unfinished.ts";

export interface PassageParts {
  readonly context: ConnectionContext;
  readonly state: ConnectionState;
  readonly answers: AnswerReader;
  readonly decider: Decider;
  readonly recorder: Recorder;
  readonly borrow: Borrow;
  /** Sends bytes to the server. */
  readonly send: (pieces: readonly Buffer[]) => void;
}

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
  const onFailure = (error: unknown): void => {
    // What the connection believes of its server is wrong, and that is on record.
    if (error instanceof CaptureError) throw error;
    // Nothing was forwarded. Without a ledger there is no record of the refusal either; the error says so.
    const first = executions[0];
    if (first === undefined) throw error;
    for (const execution of executions) execution.state = "final";
    refuse(steps, first, ledgerError(error), parts);
  };
  try {
    const passed = pass(
      {
        actions: executions.map(({ action }) => action),
        safety: safetyOf(executions, state, context),
        requested: (decided) => requestedAndRefused(decided, executions, steps, context),
        forward: () => send(context.catalogue?.showsCounters ? withCounters(steps, state) : steps, parts),
        refuse: (decided, refused) => {
          const execution = of(decided, refused);
          refuse(steps, execution, refusalOf(refused, execution), parts);
        },
        simulate: (decided, first) => simulate(decided, of(decided, first), steps, parts),
      },
      parts,
    );
    return passed instanceof Promise ? passed.catch(onFailure) : passed;
  } catch (error) {
    onFailure(error);
  }
}

/** In order; the decisions about them come in the same one. */
function executionsOf(steps: readonly Step[]): Execution[] {
  const all: Execution[] = [];
  for (const { executions } of steps) for (const execution of executions) all.push(execution);
  return all;
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
  for (const { action, classified } of executions) {
    const kind = classified.control?.kind;
    if (classified.writes) written = true;
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
  context: ConnectionContext,
): RecordDraft[] {
  const drafts = executions.map((one, at) => requestedRecord(one, (decided[at] as Decided).decision));
  const refused = decided.findIndex(({ decision }) => decision.effect !== "allow");
  // What is simulated first is final when that has told what it would do.
  if (refused === -1 || decided[refused]?.decision.effect === "simulate") return drafts;
  return [...drafts, ...finalsOfRefused(executions[refused] as Execution, steps, context)];
}

/** Of everything that the refusal takes the place of. */
function finalsOfRefused(
  refused: Execution,
  steps: readonly Step[],
  context: ConnectionContext,
): RecordDraft[] {
  const drafts: RecordDraft[] = [];
  for (const execution of executionsOf(steps.slice(refusedAt(steps, refused)))) {
    const status = execution.decision?.effect === "allow" ? "skipped" : "denied";
    drafts.push(finalRecord(execution, { status }, context));
  }
  return drafts;
}

/** Tells the client what its statements would have done, once that is on record. They are refused with it. */
async function simulate(
  decided: readonly Decided[],
  first: Execution,
  steps: readonly Step[],
  parts: PassageParts,
): Promise<void> {
  const { borrow, context, recorder, state } = parts;
  const executions = executionsOf(steps);
  const simulation = await simulateSegment(steps, decided, state, borrow).catch(async (error) => {
    const inDoubt = { outcome: "unknown", status: "unknown" } as const;
    await recorder.record(
      executions.map((execution) => finalRecord(execution, inDoubt, context)),
      "written",
    );
    throw error;
  });
  for (const execution of executions)
    if (execution.decision?.effect === "simulate") execution.simulation = simulation;
  await recorder.record(finalsOfRefused(first, steps, context), "written");
  const { action, classified, decision } = first;
  refuse(steps, first, simulationError(action, decision as Decision, classified.verb, simulation), parts);
}

/**
 * Where the refusal takes the place of the client's messages: at the Bind of the refused portal, since binding
 * already plans, and planning can run functions; else at the message itself.
 */
function refusedAt(steps: readonly Step[], refused: Execution): number {
  const at = steps.findIndex((step) => step.executions.includes(refused));
  const expected = steps[at]?.expected;
  if (expected?.kind !== "execute") return at;
  const bind = steps.findIndex(
    (step) => step.expected?.kind === "bind" && step.expected.portal === expected.portal,
  );
  return bind === -1 ? at : Math.min(bind, at);
}

function refusalOf({ action, decision }: Decided, execution: Execution): Buffer {
  return refusalError(action, decision, execution.classified.verb);
}

function send(steps: readonly Step[], parts: PassageParts): void {
  const { state, context } = parts;
  const nowUs = context.clock.monotonicUs();
  for (const step of steps) {
    for (const execution of step.executions) {
      execution.forwardedUs = nowUs;
      state.sent(execution);
      if (execution.classified.copy?.direction === "in" && execution.classified.copy.source === "client")
        state.copiesIn.push(execution);
    }
    if (step.expected && !state.expected.push(within(step.expected, state))) ignored(step, parts);
  }
  parts.send(joinNeighbours(steps.map(({ raw }) => raw)));
}

function within(expected: Expected, { copiesIn }: ConnectionState): Expected {
  return expected.kind === "sync" && copiesIn.length > 0 ? { kind: "sync", copy: copiesIn[0] } : expected;
}

/** The server ignores this message, since it is waiting for a Sync after an error. */
function ignored(step: Step, { answers, state }: PassageParts): void {
  if (step.expected) answers.reject(step.expected);
  for (const execution of step.executions) {
    state.answered(execution);
    state.leaveCopy(execution);
    state.withdraw(execution);
    answers.close(execution, { status: "skipped", outcome: "rolled-back" });
  }
}

/** Sends what stands before the refused message, then a probe that the server rejects, then the Sync behind it. */
function refuse(steps: readonly Step[], refused: Execution, error: Buffer, parts: PassageParts): void {
  const at = refusedAt(steps, refused);
  const { state, answers } = parts;
  send(steps.slice(0, at), parts);
  const rest = steps.slice(at);
  for (const step of rest) {
    if (step.expected) answers.reject(step.expected);
    for (const execution of step.executions) state.withdraw(execution);
  }
  const id = refused.action.id;
  const isFollowed = refused.action.commitsWrites === true;
  const end = rest.at(-1);
  if (rest[0]?.expected?.kind === "query") {
    state.expected.push({ kind: "query", executions: [], at: 0, isFollowed, refusal: error });
    parts.send([denialProbe.simple(id)]);
    if (isFollowed) rollBack(parts);
    return;
  }
  const isUnnamed = rest[0]?.expected?.kind === "parse" && rest[0].expected.name === "";
  state.expected.push({ kind: "refusal", error, isUnnamed });
  parts.send([isUnnamed ? denialProbe.unnamed(id) : denialProbe.extended(id)]);
  if (end?.expected?.kind !== "sync") return;
  state.expected.push({ ...end.expected, isFollowed });
  parts.send([end.raw]);
  if (isFollowed) rollBack(parts);
}

/** For the client a COMMIT ends its transaction, also one that was denied. */
function rollBack({ send: sendBytes, state }: PassageParts): void {
  state.expected.push({ kind: "rollback" });
  sendBytes([rollback]);
}
