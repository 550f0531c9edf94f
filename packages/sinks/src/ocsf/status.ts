import type { AuditRecord } from "@custody/domain";
import { present } from "../present.ts";
import type { Fields } from "./mapping.ts";

const SUCCESS: Fields = { status: "Success", status_id: 1 };
const FAILURE: Fields = { status: "Failure", status_id: 2 };
const UNKNOWN: Fields = { status: "Unknown", status_id: 0 };

/**
 * How it ended. What the server carried out and then undid is no success, and what is still open is neither: both would
 * be counted wrongly by whoever counts.
 */
export function statusOf(record: AuditRecord): Fields {
  const { decision, effect } = record;
  if (!record.type.startsWith("db.statement.")) return eventStatus(record);
  const isDenied = decision?.effect === "deny";
  return present({
    ...statementStatus(record),
    status_code: effect?.code,
    status_detail: effect?.error ?? (isDenied ? decision.reasons.join("; ") : undefined),
  });
}

function statementStatus({ effect, transaction, type }: AuditRecord): Fields {
  if (effect === undefined || /\.(answered|copy-received)$/.test(type)) return UNKNOWN;
  if (effect.status === "error" || effect.status === "denied") return FAILURE;
  if (effect.status === "cancelled" || effect.status === "skipped") return other(effect.status);
  if (effect.status !== "ok" || transaction?.outcome === "unknown") return UNKNOWN;
  return transaction?.outcome === "rolled-back" ? other("rolled-back") : SUCCESS;
}

function other(status: string): Fields {
  return { status, status_id: 99 };
}

function eventStatus({ details, type }: AuditRecord): Fields {
  if (type === "target.changed") return details?.["repinned"] === true ? SUCCESS : FAILURE;
  if (/[.-](refused|failed|rejected|contradicted)$/.test(type)) return FAILURE;
  return type === "db.cancel.requested" ? UNKNOWN : SUCCESS;
}
