import type { AuditRecord } from "@custody/domain";
import { LedgerError, type LedgerReader, type ReadEntry } from "@custody/ledger";
import { recordOf, unreadableRecord } from "../row/record-of.ts";

/** An entry without what its payload says, which may not be readable. */
type BareEntry = Pick<ReadEntry, "entry" | "envelope" | "index">;

export interface ReadRecord extends BareEntry {
  readonly record: AuditRecord;
  /** Undefined when it could not be read, or was destroyed. */
  readonly payload: Buffer | undefined;
  /** Whether the record only stands in for one that cannot be read. */
  readonly isEmpty: boolean;
}

/**
 * Hands over the records from `from` up to, but without, `to`, until `take` says no. What cannot be read becomes a record
 * too.
 */
export async function readRecords(
  reader: LedgerReader,
  from: number,
  to: number,
  take: (found: ReadRecord) => boolean,
): Promise<void> {
  for (let next = from; next < to; next += 1) {
    try {
      for await (const found of reader.entries(next, to)) {
        next = found.index;
        if (!take(readRecord(found))) return;
        next += 1;
      }
      return;
    } catch (error) {
      if (!(error instanceof LedgerError && UNREADABLE.has(error.code))) throw error;
      if (!take(emptyRecord({ ...(await reader.envelope(next)), index: next }))) return;
    }
  }
}

function readRecord(found: ReadEntry): ReadRecord {
  const { entry, envelope, index, payload } = found;
  const record = recordOf(found);
  return record === undefined
    ? { ...emptyRecord(found), payload }
    : { entry, envelope, index, isEmpty: false, payload, record };
}

function emptyRecord({ entry, envelope, index }: BareEntry): ReadRecord {
  const record = unreadableRecord(index, envelope);
  return { entry, envelope, index, isEmpty: true, payload: undefined, record };
}

/** What is wrong with one payload, and leaves its envelope to be read. */
const UNREADABLE: ReadonlySet<string> = new Set(["BLOCK_DAMAGED", "KEY_RING_DAMAGED"]);
