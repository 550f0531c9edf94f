import type { AuditRecord } from "@custody/domain";
import type { Activity, Mapping } from "./mapping.ts";
import { productOf } from "./metadata.ts";

const UPDATE: Activity = { id: 8, name: "Update" };

const activities: Readonly<Record<string, Activity>> = {
  "alert.acknowledged": other("Alert acknowledged"),
  "alert.raised": other("Alert raised"),
  "alert.undelivered": other("Alert not delivered"),
  "alert.updated": other("Alert updated"),
  "checkpoint.contradicted": other("Checkpoint contradicted"),
  "checkpoint.witness-failed": other("Checkpoint not witnessed"),
  "checkpoint.witnessed": other("Checkpoint witnessed"),
  "config.rejected": UPDATE,
  "config.reloaded": UPDATE,
  "disk.low": other("Disk low"),
  "disk.recovered": other("Disk recovered"),
  "disk.stopped": other("Disk stopped"),
  "ledger.closed": { id: 4, name: "Stop" },
  "ledger.opened": { id: 3, name: "Start" },
  "ledger.recovered": other("Recover"),
  "ledger.restored": other("Restore"),
  "target.changed": other("Target changed"),
  "target.returned": other("Target returned"),
};

/** What OCSF has no activity for is "Other", with a name. */
function other(name: string): Activity {
  return { id: 99, name };
}

/** What a program reports of its own: likewise, of that program. */
export function programEvent(record: AuditRecord): Mapping {
  const { name, version } = record.source;
  return {
    activity: other(record.type),
    category: 6,
    fields: { app: { name, vendor_name: "unknown", version } },
    name: "Application Lifecycle",
    uid: 6002,
  };
}

/** What happens to Custody itself, from its starts to its disk: Application Lifecycle, 6002. */
export function applicationLifecycle(record: AuditRecord): Mapping {
  return {
    activity: activities[record.type] ?? other(record.type),
    category: 6,
    fields: { app: productOf(record) },
    name: "Application Lifecycle",
    uid: 6002,
  };
}
