import type { AuditRecord } from "@custody/domain";
import type { Activity, Mapping } from "./mapping.ts";
import { productOf } from "./metadata.ts";

const activities: Readonly<Record<string, Activity>> = {
  "ledger.closed": { id: 4, name: "Stop" },
  "ledger.opened": { id: 3, name: "Start" },
};

/** Custody's own starts, stops and recoveries: Application Lifecycle, 6002. */
export function applicationLifecycle(record: AuditRecord): Mapping {
  return {
    activity: activities[record.type] ?? { id: 99, name: "Recover" },
    category: 6,
    fields: { app: productOf(record) },
    name: "Application Lifecycle",
    uid: 6002,
  };
}
