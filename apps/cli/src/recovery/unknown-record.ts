import { type AuditRecord, type RecordDraft, rfc3339 } from "@custody/domain";

/**
 * The final record of an action that was open when the program died. It was asked for and perhaps forwarded; what
 * became of it, nobody saw. Unknown is not nothing: it says so at level error.
 */
export function unknownRecord(request: AuditRecord, nowUs: number): RecordDraft {
  const { action, actor, decision, links, message, operations, project, session, statement, target } =
    request;
  const type = "db.statement.unknown";
  return {
    action,
    actor,
    ...(decision && { decision }),
    effect: { bytes: 0, rows: {}, source: "not-reported", status: "unknown" },
    level: "error",
    links,
    message: { key: type, params: message.params },
    ...(operations && { operations }),
    project,
    ...(session !== undefined && { session }),
    ...(statement && { statement }),
    ...(target && { target }),
    time: rfc3339(nowUs),
    transaction: { outcome: "unknown" },
    type,
  };
}
