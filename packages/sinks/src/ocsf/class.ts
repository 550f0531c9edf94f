import type { AuditRecord } from "@custody/domain";
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
  sessionStarted,
  targetPinned,
} from "./entity-management.ts";
import { applicationLifecycle } from "./lifecycle.ts";
import type { Mapping } from "./mapping.ts";

type Map = (record: AuditRecord) => Mapping;

/** By type; what begins with `db.statement.` is datastore activity. */
const mappings = new Map<string, Map>([
  ["alert.acknowledged", applicationLifecycle],
  ["alert.raised", applicationLifecycle],
  ["alert.undelivered", applicationLifecycle],
  ["alert.updated", applicationLifecycle],
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
  ["db.simulation.completed", simulationActivity],
  ["db.simulation.failed", simulationActivity],
  ["db.simulation.requested", simulationActivity],
  ["disk.low", applicationLifecycle],
  ["disk.recovered", applicationLifecycle],
  ["disk.stopped", applicationLifecycle],
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
  ["policy.loaded", policyLoaded],
  ["retention.hold-placed", holdChanged],
  ["retention.hold-released", holdChanged],
  ["session.started", sessionStarted],
  ["target.changed", applicationLifecycle],
  ["target.pinned", targetPinned],
  ["target.returned", applicationLifecycle],
]);

/** A type that this version does not know, from a newer one, becomes a base event and loses nothing by it. */
export function classOf(record: AuditRecord): Mapping {
  const map = record.type.startsWith("db.statement.") ? datastoreActivity : mappings.get(record.type);
  return map === undefined ? baseEvent(record) : map(record);
}

function baseEvent({ type }: AuditRecord): Mapping {
  return { activity: { id: 99, name: type }, category: 0, fields: {}, name: "Base Event", uid: 0 };
}
