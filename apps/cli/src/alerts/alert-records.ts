import {
  ALERT_KINDS,
  ALERT_LEVELS,
  type Alert,
  type AlertChange,
  type AlertSubject,
  SUBJECT_MEMBERS,
} from "@custody/alerts";
import { type AuditRecord, type RecordDraft, rfc3339 } from "@custody/domain";
import { LOCAL_OPERATOR } from "../retention/retention-records.ts";

export const ALERT_RAISED = "alert.raised";
export const ALERT_UPDATED = "alert.updated";
export const ALERT_ACKNOWLEDGED = "alert.acknowledged";
const ALERT_UNDELIVERED = "alert.undelivered";

/** An alert as it is now. All records of one alert share its id as their action, so a list shows the newest. */
export function changeRecord({ alert, what }: AlertChange, nowUs: number): RecordDraft {
  const { count, firstAction, firstAt, key, kind, lastAction, lastAt, level, subject } = alert;
  const type = what === "raised" ? ALERT_RAISED : ALERT_UPDATED;
  return {
    ...ofAlert(alert, nowUs),
    actor: { service: "custody" },
    details: { ...subject, count, firstAction, firstAt, key, kind, lastAction, lastAt },
    level,
    message: { key: type, params: { count, kind, level } },
    type,
  };
}

/** Somebody has seen it. */
export function acknowledgedRecord(alert: Alert, nowUs: number): RecordDraft {
  const { count, kind } = alert;
  return {
    ...ofAlert(alert, nowUs),
    actor: { human: LOCAL_OPERATOR },
    details: { by: LOCAL_OPERATOR.name, count, kind },
    level: "info",
    message: { key: ALERT_ACKNOWLEDGED, params: { count, kind } },
    type: ALERT_ACKNOWLEDGED,
  };
}

/** A message was given up. It says which webhook by its name: its address may have a secret in it. */
export function undeliveredRecord(
  alert: Alert,
  { reason, tries, webhook }: { readonly webhook: string; readonly reason: string; readonly tries: number },
  nowUs: number,
): RecordDraft {
  const { kind } = alert;
  return {
    ...ofAlert(alert, nowUs),
    actor: { service: "custody" },
    details: { kind, reason, tries, webhook },
    level: "error",
    message: { key: ALERT_UNDELIVERED, params: { kind, reason, webhook } },
    type: ALERT_UNDELIVERED,
  };
}

function ofAlert({ id, project, subject: { session } }: Alert, nowUs: number) {
  return {
    action: id,
    links: {},
    project,
    ...(session === undefined ? undefined : { session }),
    time: rfc3339(nowUs),
  };
}

/** The alert that a record of `changeRecord` tells of; undefined when it is of a newer version, or damaged. */
export function alertIn({ action, details = {}, level, project }: AuditRecord): Alert | undefined {
  const kind = ALERT_KINDS.find((each) => each === details["kind"]);
  const known = ALERT_LEVELS.find((each) => each === level);
  const { count, firstAction, firstAt, key, lastAction, lastAt } = details;
  if (kind === undefined || known === undefined || typeof count !== "number") return undefined;
  const subject = SUBJECT_MEMBERS.flatMap((member) => {
    const value = details[member];
    return typeof value === "string" ? [[member, value]] : [];
  });
  return {
    count,
    firstAction: String(firstAction),
    firstAt: String(firstAt),
    id: action,
    key: String(key),
    kind,
    lastAction: String(lastAction),
    lastAt: String(lastAt),
    level: known,
    project,
    subject: Object.fromEntries(subject) as AlertSubject,
  };
}
