import { type AuditRecord, type Level, rfc3339 } from "@custody/domain";
import { canonicalJson, type DescribeEvent, type LedgerEvent } from "@custody/ledger";
import type { Origin } from "./origin.ts";

/** Gives the ledger's own events the shape that all records share, so that nobody has to know two. */
export function ledgerEventRecords({ location, source }: Origin, newId: () => string): DescribeEvent {
  return (event, { instance, sequence, timeMs }) => {
    const { type, ...details } = event;
    const id = newId();
    const record: AuditRecord = {
      action: id,
      actor: { service: "custody" },
      details,
      id,
      level: levelOf(event),
      links: {},
      location,
      message: { key: type, params: scalars(details) },
      project: "",
      source: { ...source, instance, kind: "ledger", sequence },
      time: rfc3339(timeMs * 1000),
      type,
      v: 1,
    };
    return canonicalJson(record);
  };
}

/** Texts have no place for lists. */
function scalars(details: Readonly<Record<string, unknown>>): AuditRecord["message"]["params"] {
  const entries = Object.entries(details).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.length : value,
  ]);
  return Object.fromEntries(entries) as AuditRecord["message"]["params"];
}

/** Bytes that were lost may have been acknowledged: somebody should look. */
function levelOf(event: LedgerEvent): Level {
  if (event.type === "ledger.restored") return "critical";
  if (event.type === "key.shred-ordered" || event.type === "key.exported") return "warning";
  if (event.type !== "ledger.recovered") return "info";
  return event.possiblyAcknowledged ? "critical" : "warning";
}
