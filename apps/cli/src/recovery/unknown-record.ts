import { type AuditRecord, type RecordDraft, rfc3339 } from "@custody/domain";

/**
 * The final record of an action that was open when the program died. It was asked for and perhaps forwarded; what
 * became of it, nobody saw. Unknown is not nothing: it says so at level error.
 */
export function unknownRecord(request: AuditRecord, nowUs: number): RecordDraft {
  return finalRecord(request, nowUs, {
    level: "error",
    outcome: "unknown",
    status: "unknown",
    type: request.type === "model.request.requested" ? "model.request.unknown" : "db.statement.unknown",
  });
}

/** Of one that waited for a human: it was never sent on, and nobody waits for it any more. */
export function neverRunRecord(request: AuditRecord, nowUs: number): RecordDraft {
  return finalRecord(request, nowUs, {
    level: "warning",
    outcome: "rolled-back",
    status: "cancelled",
    type: "db.statement.cancelled",
  });
}

interface Ending {
  readonly type: "db.statement.cancelled" | "db.statement.unknown" | "model.request.unknown";
  readonly status: "cancelled" | "unknown";
  readonly outcome: "rolled-back" | "unknown";
  readonly level: "error" | "warning";
}

function finalRecord(
  request: AuditRecord,
  nowUs: number,
  { level, outcome, status, type }: Ending,
): RecordDraft {
  const { action, actor, decision, details, links, message, operations, project, session } = request;
  const { statement, target } = request;
  return {
    action,
    actor,
    ...(decision && { decision }),
    ...(type === "model.request.unknown" && setAsideOf(details)),
    effect: { bytes: 0, rows: {}, source: "not-reported", status },
    level,
    links,
    message: { key: type, params: message.params },
    ...(operations && { operations }),
    project,
    ...(session !== undefined && { session }),
    ...(statement && { statement }),
    ...(target && { target }),
    time: rfc3339(nowUs),
    transaction: { outcome },
    type,
  };
}

/** What was set aside for a request to a model counts as what it took, since nobody can say more. */
function setAsideOf({
  setAsideCostMicros,
  setAsideTokens,
}: NonNullable<AuditRecord["details"]> = {}): Pick<RecordDraft, "details"> {
  if (setAsideTokens === undefined) return {};
  return {
    details: {
      isUsageUnknown: true,
      setAsideTokens,
      ...(setAsideCostMicros === undefined ? undefined : { setAsideCostMicros }),
    },
  };
}
