import {
  type AuditRecord,
  type Decision,
  type Duration,
  type Level,
  type Outcome,
  type RecordDraft,
  rfc3339,
} from "@custody/domain";
import type { ConnectionContext } from "./context.ts";
import { effectOf } from "./effect.ts";
import type { Ending, Execution, FinalStatus } from "./execution.ts";
import { messageOf } from "./record-message.ts";
import type { Unfinished } from "./unfinished.ts";

/** The record that stands before anything is forwarded. */
export function requestedRecord(execution: Execution, decision: Decision): RecordDraft {
  execution.decision = decision;
  execution.mayNotGoOnAlone = decision.effect !== "allow" || decision.isMeasured === true;
  return draftOf(execution, "db.statement.requested", "info", execution.action.timeUs);
}

/** Rows are known, but the transaction is open: what it changed may still be undone. */
export function answeredRecord(execution: Execution, context: ConnectionContext): RecordDraft {
  execution.state = "answered";
  const draft = draftOf(execution, "db.statement.answered", "info", context.clock.nowUs());
  draft.duration = durationOf(execution, execution.answeredUs);
  draft.effect = effectOf(execution, "ok");
  draft.transaction = transactions.open;
  return draft;
}

/** The one record that closes an execution. */
export function finalRecord(execution: Execution, ending: Ending, context: ConnectionContext): RecordDraft {
  execution.state = "final";
  const { status, outcome } = ending;
  const draft = draftOf(execution, finalTypes[status], levelOf(execution, status), context.clock.nowUs());
  draft.duration = durationOf(execution, execution.answeredUs || context.clock.monotonicUs());
  draft.effect = effectOf(execution, status);
  if (execution.simulation !== undefined) draft.simulation = execution.simulation;
  if (outcome !== undefined) draft.transaction = transactions[outcome];
  return draft;
}

/** COPY data is recorded before the server is told that it is complete. */
export function copyReceivedRecord(execution: Execution, context: ConnectionContext): RecordDraft {
  const draft = draftOf(execution, "db.statement.copy-received", "info", context.clock.nowUs());
  draft.effect = { ...effectOf(execution, "unknown"), rows: {}, source: "not-reported" };
  draft.transaction = transactions.open;
  return draft;
}

/** A record about the connection itself, or about something that is no statement. */
export function connectionRecord(
  context: ConnectionContext,
  type: string,
  level: Level,
  details: NonNullable<AuditRecord["details"]>,
): RecordDraft {
  const { session, target } = context;
  return {
    action: context.newId(),
    actor: session.actor,
    details,
    level,
    links: { connection: context.connection },
    message: { key: type, params: { target: target.name } },
    project: session.project,
    session: session.id,
    target,
    time: rfc3339(context.clock.nowUs()),
    type,
  };
}

const finalTypes: Record<FinalStatus, string> = {
  cancelled: "db.statement.cancelled",
  denied: "db.statement.denied",
  error: "db.statement.failed",
  ok: "db.statement.completed",
  skipped: "db.statement.cancelled",
  unknown: "db.statement.unknown",
};

const transactions: Record<Outcome, NonNullable<RecordDraft["transaction"]>> = {
  committed: Object.freeze({ outcome: "committed" }),
  open: Object.freeze({ outcome: "open" }),
  "rolled-back": Object.freeze({ outcome: "rolled-back" }),
  unknown: Object.freeze({ outcome: "unknown" }),
};

/** What all records of one execution have in common. */
function draftOf(execution: Execution, type: string, level: Level, timeUs: number): Unfinished<RecordDraft> {
  const { action, approval, classified, decision } = execution;
  const draft: Unfinished<RecordDraft> = {
    action: action.id,
    actor: action.session.actor,
    level,
    links: action.links,
    message: messageOf(type, action.target, classified.verb),
    operations: action.operations,
    project: action.session.project,
    session: action.session.id,
    target: action.target,
    time: rfc3339(timeUs),
    type,
  };
  if (action.statement !== undefined) draft.statement = action.statement;
  if (decision !== undefined) draft.decision = decision;
  if (approval !== undefined) draft.approval = approval;
  return draft;
}

function levelOf({ classified }: Execution, status: FinalStatus): Level {
  if (status === "unknown") return "error";
  if (status !== "ok") return "warning";
  return classified.tier === "destructive" || classified.tier === "admin" ? "warning" : "info";
}

function durationOf(execution: Execution, endUs: number): Duration {
  const { startedUs, forwardedUs } = execution;
  return {
    heldUs: Math.round(execution.heldUs),
    totalUs: Math.round(endUs - startedUs),
    upstreamUs: forwardedUs === 0 ? 0 : Math.round(endUs - forwardedUs),
  };
}
