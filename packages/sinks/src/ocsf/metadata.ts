import type { AuditRecord } from "@custody/domain";
import type { SinkEntry } from "../entry.ts";
import { present } from "../present.ts";
import type { Fields } from "./mapping.ts";

/** The version of the schema whose names are used here. */
const OCSF_VERSION = "1.9.0";

/** An event's id is its place in the ledger, since the chain points back by place; the record's own id stands beside. */
export function eventUid(origin: string, index: number): string {
  return `${origin}/${index}`;
}

export function metadataOf({ index, origin, record }: SinkEntry, profiles: readonly string[]): Fields {
  const { action, id, level, project, source, time, type } = record;
  return present({
    correlation_uid: action,
    event_code: type,
    log_level: level,
    log_name: origin,
    log_provider: source.name,
    original_event_uid: id,
    original_time: time,
    product: productOf(record),
    profiles,
    sequence: index,
    tenant_uid: project,
    uid: eventUid(origin, index),
    version: OCSF_VERSION,
  });
}

export function productOf({ source }: AuditRecord): Fields {
  return present({ name: "Custody", vendor_name: "Custody", version: source.version });
}
