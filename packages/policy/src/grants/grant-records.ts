import { type Approver, type RecordDraft, rfc3339 } from "@custody/domain";
import { type Grant, SCOPE_ENDED, SCOPE_GRANTED } from "./grant.ts";

export function scopeGrantedRecord(grant: Omit<Grant, "since">, nowUs: number): RecordDraft {
  return grantRecord(SCOPE_GRANTED, grant, grant.by, grant.reason, nowUs);
}

export function scopeEndedRecord(grant: Grant, by: Approver, reason: string, nowUs: number): RecordDraft {
  return grantRecord(SCOPE_ENDED, grant, by, reason, nowUs);
}

function grantRecord(
  type: typeof SCOPE_GRANTED | typeof SCOPE_ENDED,
  { id, objects, project, session, target, until, verbs }: Omit<Grant, "since">,
  { assurance, id: human, method, name }: Approver,
  reason: string,
  nowUs: number,
): RecordDraft {
  return {
    action: id,
    actor: { human: { assurance, id: human, name } },
    details: { grant: id, method, objects, reason, target, until, verbs },
    level: "warning",
    links: {},
    message: { key: type, params: { by: name, reason, target } },
    project,
    session,
    time: rfc3339(nowUs),
    type,
  };
}
