import {
  type AuditRecord,
  type Decision,
  type Duration,
  type Level,
  type RecordDraft,
  rfc3339,
} from "@custody/domain";
import type { ConnectionContext } from "./context.ts";
import { effectOf } from "./effect.ts";
import type { Ending, Execution, FinalStatus } from "./execution.ts";

/** The record that stands before anything is forwarded. */
export function requestedRecord(execution: Execution, decision: Decision): RecordDraft {
  execution.decision = decision;
  return { ...base(execution, "requested", "info", execution.action.timeUs), decision };
}

/** Rows are known, but the transaction is open: what it changed may still be undone. */
export function answeredRecord(execution: Execution, context: ConnectionContext): RecordDraft {
  execution.state = "answered";
  return {
    ...base(execution, "answered", "info", context.clock.nowUs()),
    ...decisionOf(execution),
    duration: durationOf(execution, execution.answeredUs),
    effect: effectOf(execution, "ok"),
    transaction: { outcome: "open" },
  };
}

/** The one record that closes an execution. */
export function finalRecord(execution: Execution, ending: Ending, context: ConnectionContext): RecordDraft {
  execution.state = "final";
  const name = finalNames[ending.status];
  return {
    ...base(execution, name, levelOf(execution, ending.status), context.clock.nowUs()),
    ...decisionOf(execution),
    duration: durationOf(execution, execution.answeredUs || context.clock.monotonicUs()),
    effect: effectOf(execution, ending.status),
    ...(execution.simulation === undefined ? undefined : { simulation: execution.simulation }),
    ...(ending.outcome === undefined ? undefined : { transaction: { outcome: ending.outcome } }),
  };
}

/** COPY data is recorded before the server is told that it is complete. */
export function copyReceivedRecord(execution: Execution, context: ConnectionContext): RecordDraft {
  return {
    ...base(execution, "copy-received", "info", context.clock.nowUs()),
    ...decisionOf(execution),
    effect: { ...effectOf(execution, "unknown"), rows: {}, source: "not-reported" },
    transaction: { outcome: "open" },
  };
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

const finalNames: Record<FinalStatus, string> = {
  cancelled: "cancelled",
  denied: "denied",
  error: "failed",
  ok: "completed",
  skipped: "cancelled",
  unknown: "unknown",
};

function base(execution: Execution, name: string, level: Level, timeUs: number): RecordDraft {
  const { action, classified } = execution;
  const type = `db.statement.${name}`;
  return {
    action: action.id,
    actor: action.session.actor,
    level,
    links: action.links,
    message: { key: type, params: { target: action.target.name, verb: classified.verb } },
    operations: action.operations,
    project: action.session.project,
    session: action.session.id,
    ...(action.statement === undefined ? undefined : { statement: action.statement }),
    target: action.target,
    time: rfc3339(timeUs),
    type,
  };
}

function decisionOf({ decision }: Execution): { decision?: Decision } {
  return decision === undefined ? {} : { decision };
}

function levelOf({ classified }: Execution, status: FinalStatus): Level {
  if (status === "unknown") return "error";
  if (status !== "ok") return "warning";
  return classified.tier === "destructive" || classified.tier === "admin" ? "warning" : "info";
}

function durationOf(execution: Execution, endUs: number): Duration {
  const { startedUs, forwardedUs } = execution;
  return {
    heldUs: 0,
    totalUs: Math.round(endUs - startedUs),
    upstreamUs: forwardedUs === 0 ? 0 : Math.round(endUs - forwardedUs),
  };
}
