import { type AuditRecord, rfc3339 } from "@custody/domain";
import type { ReadEntry } from "@custody/ledger";
import { isRecord } from "./is-record.ts";

/** The record in an entry; undefined when it was destroyed, and when the payload is none. */
export function recordOf({ payload }: Pick<ReadEntry, "payload">): AuditRecord | undefined {
  if (payload === undefined) return undefined;
  try {
    const record = JSON.parse(payload.toString("utf8")) as unknown;
    return isRecord(record) ? record : undefined;
  } catch {
    // Some other program wrote it.
    return undefined;
  }
}

/** Stands in for what cannot be read: destroyed, damaged, or no record. The index has a row for every entry. */
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
