import { contradiction, readRecord } from "@custody/evidence";
import type { InspectPayload } from "@custody/ledger";

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
  return undefined;
};
