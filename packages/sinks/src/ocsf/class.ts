import type { AuditRecord } from "@custody/domain";
import { apiActivity } from "./api-activity.ts";
import { authentication } from "./authentication.ts";
import { cancelActivity, datastoreActivity, simulationActivity } from "./datastore-activity.ts";
import {
  holdChanged,
  keyCreated,
  keyExported,
  keyRotated,
  keysDestroyed,
  ledgerCreated,
  policyLoaded,
  recordsRead,
  sessionEnded,
  sessionStarted,
  targetPinned,
  tokenChanged,
  userChanged,
} from "./entity-management.ts";
import { applicationLifecycle, programEvent } from "./lifecycle.ts";
import type { Mapping } from "./mapping.ts";
import { personAuthentication } from "./person-authentication.ts";

type Map = (record: AuditRecord) => Mapping;

/** By type; what begins with `db.statement.` is datastore activity. */
const mappings = new Map<string, Map>([
  ["access.command", recordsRead],
  ["access.denied", applicationLifecycle],
  ["access.read", recordsRead],
  ["access.sign-in-refused", personAuthentication],
  ["alert.acknowledged", applicationLifecycle],
  ["alert.raised", applicationLifecycle],
  ["alert.undelivered", applicationLifecycle],
  ["alert.updated", applicationLifecycle],
  ["approval.agreed", applicationLifecycle],
  ["approval.consumed", applicationLifecycle],
  ["approval.expired", applicationLifecycle],
  ["approval.granted", applicationLifecycle],
  ["approval.misused", applicationLifecycle],
  ["approval.refused", applicationLifecycle],
  ["approval.requested", applicationLifecycle],
  ["approval.scope-ended", applicationLifecycle],
  ["approval.scope-granted", applicationLifecycle],
  ["approval.withdrawn", applicationLifecycle],
  ["budget.reached", applicationLifecycle],
  ["budget.warned", applicationLifecycle],
  ["checkpoint.contradicted", applicationLifecycle],
  ["checkpoint.witness-failed", applicationLifecycle],
  ["checkpoint.witnessed", applicationLifecycle],
  ["config.rejected", applicationLifecycle],
  ["config.reloaded", applicationLifecycle],
  ["db.cancel.requested", cancelActivity],
  ["db.catalogue.failed", applicationLifecycle],
  ["db.connection.closed", authentication],
  ["db.connection.failed", authentication],
  ["db.connection.opened", authentication],
  ["db.connection.refused", authentication],
  ["db.rows.shown", applicationLifecycle],
  ["db.simulation.completed", simulationActivity],
  ["db.simulation.failed", simulationActivity],
  ["db.simulation.requested", simulationActivity],
  ["disk.low", applicationLifecycle],
  ["disk.recovered", applicationLifecycle],
  ["disk.stopped", applicationLifecycle],
  ["freeze.begun", applicationLifecycle],
  ["freeze.ended", applicationLifecycle],
  ["key.created", keyCreated],
  ["key.exported", keyExported],
  ["key.rotated", keyRotated],
  ["key.shred-completed", keysDestroyed],
  ["key.shred-ordered", keysDestroyed],
  ["ledger.closed", applicationLifecycle],
  ["ledger.created", ledgerCreated],
  ["ledger.opened", applicationLifecycle],
  ["ledger.recovered", applicationLifecycle],
  ["ledger.restored", applicationLifecycle],
  ["model.request.cancelled", apiActivity],
  ["model.request.completed", apiActivity],
  ["model.request.denied", apiActivity],
  ["model.request.failed", apiActivity],
  ["model.request.refused", apiActivity],
  ["model.request.requested", apiActivity],
  ["model.request.unknown", apiActivity],
  ["policy.loaded", policyLoaded],
  ["prompt.submitted", apiActivity],
  ["retention.hold-placed", holdChanged],
  ["retention.hold-released", holdChanged],
  ["role.changed", userChanged],
  ["session.ended", sessionEnded],
  ["session.started", sessionStarted],
  ["target.changed", applicationLifecycle],
  ["target.pinned", targetPinned],
  ["target.returned", applicationLifecycle],
  ["terminal.recorded", applicationLifecycle],
  ["token.created", tokenChanged],
  ["token.revoked", tokenChanged],
  ["tool.call.completed", apiActivity],
  ["tool.call.failed", apiActivity],
  ["tool.call.requested", apiActivity],
  ["user.created", userChanged],
  ["user.invited", userChanged],
  ["user.locked", userChanged],
  ["user.password-set", userChanged],
  ["user.recovery-opened", userChanged],
  ["user.removed", userChanged],
  ["user.signed-in", personAuthentication],
  ["user.signed-out", personAuthentication],
  ["user.key-confirmed", userChanged],
  ["user.key-enrolled", userChanged],
  ["user.key-removed", userChanged],
  ["user.sso-linked", userChanged],
  ["user.sso-named", userChanged],
  ["user.totp-changed", userChanged],
]);

/** A type that this version does not know, from a newer one, becomes a base event and loses nothing by it. */
export function classOf(record: AuditRecord): Mapping {
  if (record.type.startsWith("app.")) return programEvent(record);
  const map = record.type.startsWith("db.statement.") ? datastoreActivity : mappings.get(record.type);
  return map === undefined ? baseEvent(record) : map(record);
}

function baseEvent({ type }: AuditRecord): Mapping {
  return { activity: { id: 99, name: type }, category: 0, fields: {}, name: "Base Event", uid: 0 };
}
