import type { AuditRecord, StoredBody } from "@custody/domain";
import type { InspectPayload, ListBlobs } from "@custody/ledger";

/**
 * Compares a record with its envelope, for `verify`: what the tree shows to everybody must be what the encrypted
 * record says. Both come from the same writer, so a difference means that one of them was made by somebody else.
 */
export const inspectRecord: InspectPayload = (envelope, payload, references) => {
  const record = parse(payload);
  if (record === undefined) return "its payload is not a record";
  const { project, session, source, time, type } = record;
  if (type !== envelope.t) return "the record's type is another";
  if (Math.floor(Date.parse(time)) !== envelope.ts) return "the record's time is another";
  if (source.sequence !== envelope.sq) return "the record's sequence number is another";
  if (references("source", source.instance) !== envelope.src) return "the record's source is another";
  if (references("tenant", project) !== envelope.ten) return "the record's project is another";
  const reference = session === undefined ? undefined : references("session", session);
  if (reference !== envelope.ses) return "the record's session is another";
  if (!bodiesOf(record).every(({ digest, size }) => String(digest).endsWith(`:${size}`)))
    return "the record says another size of a blob than its reference";
  return undefined;
};

/** The blobs that a record names, for `verify`, which reads them. */
export const listBlobs: ListBlobs = (payload) => {
  // Most records have none, and need not be parsed again to see that.
  const record = payload.includes('"blobs":[') ? parse(payload) : undefined;
  return record === undefined ? [] : bodiesOf(record).map(({ digest }) => String(digest));
};

/** Whoever holds the keys can write a record of any shape. */
function bodiesOf({ blobs }: AuditRecord): Partial<StoredBody>[] {
  return Array.isArray(blobs) ? blobs.map((body) => body ?? {}) : [];
}

function parse(payload: Buffer): AuditRecord | undefined {
  try {
    const record = JSON.parse(payload.toString("utf8")) as Partial<AuditRecord> | null;
    return record?.source === undefined || record.project === undefined ? undefined : (record as AuditRecord);
  } catch {
    return undefined;
  }
}
