import type { AuditRecord } from "@custody/domain";
import type { Envelope } from "@custody/ledger/verifier";

/** `ignoreBOM` keeps a byte order mark as a character: two sequences of bytes must not be read as one record. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * What a payload says, or undefined when it is no record. Only what every record has is looked at: whoever holds the
 * ledger chose the bytes, so each other member may be anything, until the reader has looked.
 */
export function readRecord(payload: Uint8Array): AuditRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is AuditRecord {
  if (!isObject(value)) return false;
  const { action, id, message, project, session, source, time, type } = value;
  return (
    [action, id, project, time, type].every((text) => typeof text === "string") &&
    (session === undefined || typeof session === "string") &&
    isObject(message) &&
    typeof message["key"] === "string" &&
    isObject(message["params"]) &&
    isObject(source) &&
    typeof source["instance"] === "string" &&
    typeof source["sequence"] === "number"
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * How a record contradicts the entry that commits to it, for whoever has no key. Project, session and source stand in
 * the entry as keyed references, which only the ledger's own verification can compare.
 */
export function contradiction(envelope: Envelope, { source, time, type }: AuditRecord): string | undefined {
  if (type !== envelope.t) return "the record's type is another";
  if (Math.floor(Date.parse(time)) !== envelope.ts) return "the record's time is another";
  if (source.sequence !== envelope.sq) return "the record's sequence number is another";
  return undefined;
}
