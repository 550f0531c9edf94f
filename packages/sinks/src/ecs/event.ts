import type { AuditRecord, Level } from "@custody/domain";
import type { SinkEntry } from "../entry.ts";
import { principalOperation } from "../operations.ts";
import { present } from "../present.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Kind {
  readonly category: readonly string[];
  readonly type: readonly string[];
}

/** The fields `event.*`. `hash` is the leaf hash: what ties the document to the ledger. */
export function eventOf({ index, leafHash, record }: SinkEntry): Fields {
  const { category, type } = kindOf(record);
  const { decision, duration, id, level, location } = record;
  return present({
    action: record.type,
    category,
    dataset: "custody.records",
    // ECS counts nanoseconds, and records microseconds.
    duration: duration && duration.totalUs * 1000,
    hash: leafHash,
    id,
    kind: "event",
    module: "custody",
    outcome: outcomeOf(record),
    provider: "custody",
    reason: decision?.reasons.join("; "),
    sequence: index,
    severity: severities[level],
    timezone: location.timezone,
    type,
  });
}

/** As syslog numbers them, turned round: higher is worse. */
const severities: Readonly<Record<Level, number>> = { critical: 5, debug: 1, error: 4, info: 2, warning: 3 };

const kinds: Readonly<Record<string, Kind>> = {
  "access.command": { category: ["iam"], type: ["info"] },
  "access.denied": { category: ["api"], type: ["access", "denied"] },
  "access.read": { category: ["iam"], type: ["info"] },
  "access.sign-in-refused": { category: ["authentication"], type: ["start"] },
  "alert.acknowledged": { category: ["intrusion_detection"], type: ["info"] },
  "alert.raised": { category: ["intrusion_detection"], type: ["info"] },
  "alert.undelivered": { category: ["process"], type: ["info"] },
  "alert.updated": { category: ["intrusion_detection"], type: ["info"] },
  "approval.agreed": { category: ["configuration"], type: ["change"] },
  "approval.consumed": { category: ["configuration"], type: ["info"] },
  "approval.expired": { category: ["configuration"], type: ["info"] },
  "approval.granted": { category: ["configuration"], type: ["change"] },
  "approval.misused": { category: ["configuration"], type: ["info"] },
  "approval.refused": { category: ["configuration"], type: ["change"] },
  "approval.requested": { category: ["configuration"], type: ["info"] },
  "approval.scope-ended": { category: ["configuration"], type: ["change"] },
  "approval.scope-granted": { category: ["configuration"], type: ["change"] },
  "approval.withdrawn": { category: ["configuration"], type: ["info"] },
  "budget.reached": { category: ["intrusion_detection"], type: ["info"] },
  "budget.warned": { category: ["intrusion_detection"], type: ["info"] },
  "checkpoint.contradicted": { category: ["intrusion_detection"], type: ["info"] },
  "checkpoint.witness-failed": { category: ["process"], type: ["info"] },
  "checkpoint.witnessed": { category: ["process"], type: ["info"] },
  "config.rejected": { category: ["configuration"], type: ["info"] },
  "config.reloaded": { category: ["configuration"], type: ["change"] },
  "db.cancel.requested": { category: ["database"], type: ["info"] },
  "db.catalogue.failed": { category: ["database"], type: ["info"] },
  "db.connection.closed": { category: ["session"], type: ["end"] },
  "db.connection.failed": { category: ["session"], type: ["end"] },
  "db.connection.opened": { category: ["authentication", "session"], type: ["start"] },
  "db.connection.refused": { category: ["authentication"], type: ["start"] },
  "db.rows.shown": { category: ["database"], type: ["access"] },
  "db.simulation.completed": { category: ["database"], type: ["access"] },
  "db.simulation.failed": { category: ["database"], type: ["access", "error"] },
  "db.simulation.requested": { category: ["database"], type: ["info"] },
  "disk.low": { category: ["host"], type: ["info"] },
  "disk.recovered": { category: ["host"], type: ["info"] },
  "disk.stopped": { category: ["host"], type: ["info"] },
  "freeze.begun": { category: ["configuration"], type: ["change"] },
  "freeze.ended": { category: ["configuration"], type: ["change"] },
  "key.created": { category: ["configuration"], type: ["creation"] },
  "key.exported": { category: ["configuration"], type: ["access"] },
  "key.rotated": { category: ["configuration"], type: ["change"] },
  "key.shred-completed": { category: ["configuration"], type: ["deletion"] },
  "key.shred-ordered": { category: ["configuration"], type: ["deletion"] },
  "ledger.closed": { category: ["process"], type: ["end"] },
  "ledger.created": { category: ["configuration"], type: ["creation"] },
  "ledger.opened": { category: ["process"], type: ["start"] },
  "ledger.recovered": { category: ["process"], type: ["info"] },
  "ledger.restored": { category: ["process"], type: ["info"] },
  "model.request.cancelled": { category: ["api"], type: ["access", "end"] },
  "model.request.completed": { category: ["api"], type: ["access", "end"] },
  "model.request.denied": { category: ["api"], type: ["access", "denied"] },
  "model.request.failed": { category: ["api"], type: ["access", "end"] },
  "model.request.refused": { category: ["api"], type: ["access", "denied"] },
  "model.request.requested": { category: ["api"], type: ["access", "start"] },
  "model.request.unknown": { category: ["api"], type: ["access", "end"] },
  "policy.loaded": { category: ["configuration"], type: ["change"] },
  "prompt.submitted": { category: ["api"], type: ["info"] },
  "retention.hold-placed": { category: ["configuration"], type: ["change"] },
  "retention.hold-released": { category: ["configuration"], type: ["change"] },
  "role.changed": { category: ["iam"], type: ["user", "change"] },
  "session.ended": { category: ["iam"], type: ["deletion"] },
  "session.started": { category: ["iam"], type: ["creation"] },
  "target.changed": { category: ["intrusion_detection"], type: ["info"] },
  "target.pinned": { category: ["configuration"], type: ["change"] },
  "target.returned": { category: ["database"], type: ["info"] },
  "terminal.recorded": { category: ["process"], type: ["info"] },
  "token.created": { category: ["iam"], type: ["creation"] },
  "token.revoked": { category: ["iam"], type: ["deletion"] },
  "tool.call.completed": { category: ["api"], type: ["end"] },
  "tool.call.failed": { category: ["api"], type: ["end"] },
  "tool.call.requested": { category: ["api"], type: ["start"] },
  "user.created": { category: ["iam"], type: ["user", "creation"] },
  "user.invited": { category: ["iam"], type: ["user", "info"] },
  "user.locked": { category: ["iam"], type: ["user", "change"] },
  "user.password-set": { category: ["iam"], type: ["user", "change"] },
  "user.recovery-opened": { category: ["iam"], type: ["user", "info"] },
  "user.removed": { category: ["iam"], type: ["user", "deletion"] },
  "user.signed-in": { category: ["authentication"], type: ["start"] },
  "user.signed-out": { category: ["session"], type: ["end"] },
  "user.key-confirmed": { category: ["iam"], type: ["user", "change"] },
  "user.key-enrolled": { category: ["iam"], type: ["user", "change"] },
  "user.key-removed": { category: ["iam"], type: ["user", "change"] },
  "user.sso-linked": { category: ["iam"], type: ["user", "change"] },
  "user.sso-named": { category: ["iam"], type: ["user", "change"] },
  "user.totp-changed": { category: ["iam"], type: ["user", "change"] },
};

/** The schema says which types may stand with which category; a type that is new to this version has no category. */
function kindOf(record: AuditRecord): Kind {
  if (record.type.startsWith("app.")) return { category: ["process"], type: ["info"] };
  if (!record.type.startsWith("db.statement.")) return kinds[record.type] ?? { category: [], type: ["info"] };
  const isError = record.effect?.status === "error";
  const isRead = principalOperation(record)?.tier === "read";
  return { category: ["database"], type: [isRead ? "access" : "change", ...(isError ? ["error"] : [])] };
}

/** What was rolled back is no success, and what is still open is unknown: see docs/export.md. */
function outcomeOf({ details, effect, transaction, type }: AuditRecord): "success" | "failure" | "unknown" {
  if (!type.startsWith("db.statement.")) {
    if (type === "target.changed") return details?.["repinned"] === true ? "success" : "failure";
    if (/[.-](refused|failed|rejected|contradicted|undelivered)$/.test(type)) return "failure";
    return /^db\..*\.requested$/.test(type) ? "unknown" : "success";
  }
  if (effect === undefined || /\.(answered|copy-received)$/.test(type)) return "unknown";
  if (effect.status !== "ok") return effect.status === "unknown" ? "unknown" : "failure";
  if (transaction?.outcome === "unknown") return "unknown";
  return transaction?.outcome === "rolled-back" ? "failure" : "success";
}
