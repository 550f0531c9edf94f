import type { AuditRecord, StoredBody } from "@custody/domain";
import { contradiction, readRecord } from "@custody/evidence";
import type { InspectPayload, ListBlobs } from "@custody/ledger";

/**
 * Compares a record with its envelope, for `verify`: what the tree shows to everybody must be what the encrypted
 * record says. Both come from the same writer, so a difference means that one of them was made by somebody else.
 */
export const inspectRecord: InspectPayload = (envelope, payload, references) => {
  const record = readRecord(payload);
  if (record === undefined) return "its payload is not a record";
  const { project, session, source } = record;
  const difference = contradiction(envelope, record);
  if (difference !== undefined) return difference;
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
  const record = payload.includes('"blobs":[') ? readRecord(payload) : undefined;
  return record === undefined ? [] : bodiesOf(record).map(({ digest }) => String(digest));
};

/** Whoever holds the keys can write a record of any shape. */
function bodiesOf({ blobs }: AuditRecord): Partial<StoredBody>[] {
  return Array.isArray(blobs) ? blobs.map((body) => body ?? {}) : [];
}
