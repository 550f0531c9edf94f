import { createHash } from "node:crypto";
import { type ErasureOrder, type LedgerReader, ORDER_TYPE, orderIn } from "@custody/ledger";
import { type ReadRecord, readRecords } from "./read-records.ts";

/** What was made of some entries, and the leaf hash of the last of them. */
export interface Batch<Row> {
  readonly rows: readonly Row[];
  readonly leaf: string;
  /** The order that the only entry of the batch is. */
  readonly order: ErasureOrder | undefined;
}

/**
 * What `take` makes of the records from `from` up to, but without, `to`. An order to destroy comes in a batch of its own,
 * so that everything below it is indexed before it is carried out.
 */
export async function readBatch<Row>(
  reader: LedgerReader,
  from: number,
  to: number,
  take: (found: ReadRecord) => Row,
): Promise<Batch<Row>> {
  const rows: Row[] = [];
  let last: Buffer | undefined;
  let order: ErasureOrder | undefined;
  await readRecords(reader, from, to, (found) => {
    const met = orderOf(found);
    if (met !== undefined && rows.length > 0) return false;
    order = met;
    last = found.entry;
    rows.push(take(found));
    return order === undefined;
  });
  return { leaf: last === undefined ? "" : leafHash(last), order, rows };
}

function orderOf({ envelope, payload }: ReadRecord): ErasureOrder | undefined {
  return envelope.t === ORDER_TYPE && payload !== undefined ? orderIn(payload) : undefined;
}

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
