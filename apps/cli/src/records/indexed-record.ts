import type { AuditRecord } from "@custody/domain";
import { LedgerError } from "@custody/ledger";

/** A record, and where in the ledger it stands. */
export interface IndexedRecord extends AuditRecord {
  readonly index: number;
}

/** @throws LedgerError BLOCK_DAMAGED when the payload is no record: some other program wrote it. */
export function parseRecord(index: number, payload: Buffer): IndexedRecord {
  try {
    return { index, ...(JSON.parse(payload.toString("utf8")) as AuditRecord) };
  } catch (cause) {
    throw new LedgerError("BLOCK_DAMAGED", `the payload of entry ${index} is not a record: run verify`, {
      cause,
    });
  }
}
