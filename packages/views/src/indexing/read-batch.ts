import { createHash } from "node:crypto";
import type { AuditRecord } from "@custody/domain";
import { LedgerError, type LedgerReader } from "@custody/ledger";
import { recordOf, unreadableRecord } from "../row/record-of.ts";

/** What was made of some entries, and the leaf hash of the last of them. */
export interface Batch<Row> {
  readonly rows: readonly Row[];
  readonly leaf: string;
}

/** What `take` makes of the records from `from` up to, but without, `to`. What cannot be read becomes a record too. */
export async function readBatch<Row>(
  reader: LedgerReader,
  from: number,
  to: number,
  take: (record: AuditRecord) => Row,
): Promise<Batch<Row>> {
  const rows: Row[] = [];
  let last: Buffer | undefined;
  while (from + rows.length < to) {
    try {
      for await (const found of reader.entries(from + rows.length, to)) {
        last = found.entry;
        rows.push(take(recordOf(found)));
      }
    } catch (error) {
      if (!(error instanceof LedgerError && UNREADABLE.has(error.code))) throw error;
      const at = from + rows.length;
      const { entry, envelope } = await reader.envelope(at);
      last = entry;
      rows.push(take(unreadableRecord(at, envelope)));
    }
  }
  return { leaf: last === undefined ? "" : leafHash(last), rows };
}

/** What is wrong with one payload, and leaves its envelope to be read. */
const UNREADABLE: ReadonlySet<string> = new Set(["BLOCK_DAMAGED", "KEY_RING_DAMAGED"]);

/** Whether the ledger goes on where the index ends. */
export async function continuesLedger(
  { cursor, leaf }: { readonly cursor: number; readonly leaf: string },
  reader: LedgerReader,
): Promise<boolean> {
  if (cursor === 0) return true;
  if (cursor > reader.size) return false;
  const { entry } = await reader.envelope(cursor - 1);
  return leafHash(entry) === leaf;
}

/** RFC 6962, section 2.1: what the tree has of an entry. In base64. */
function leafHash(entry: Buffer): string {
  return createHash("sha256").update("\0").update(entry).digest("base64");
}
