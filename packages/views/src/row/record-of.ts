import { type AuditRecord, rfc3339 } from "@custody/domain";
import type { ReadEntry } from "@custody/ledger";
import { isRecord } from "./is-record.ts";

/** The record in an entry; for a payload that is none, one that says so, since the index has a row for every entry. */
export function recordOf({
  envelope,
  index,
  payload,
}: Pick<ReadEntry, "envelope" | "index" | "payload">): AuditRecord {
  if (payload === undefined) return unreadableRecord(index, envelope);
  try {
    const record = JSON.parse(payload.toString("utf8")) as unknown;
    if (isRecord(record)) return record;
  } catch {
    // Some other program wrote it.
  }
  return unreadableRecord(index, envelope);
}

/** Stands in for what cannot be read: shredded, damaged, or no record. */
export function unreadableRecord(index: number, envelope: ReadEntry["envelope"]): AuditRecord {
  return {
    action: String(index),
    actor: {},
    id: String(index),
    level: "error",
    links: {},
    location: { host: "", timezone: "UTC" },
    message: { key: envelope.t, params: {} },
    project: "",
    source: { instance: "", kind: "", name: "", sequence: envelope.sq, vantage: "observed", version: "" },
    time: rfc3339(envelope.ts * 1000),
    type: envelope.t,
    v: 1,
  };
}
