import { folderNames, formatReceiptLine, readRecord } from "@custody/evidence";
import { LedgerError, type LedgerReader, type ReadEntry } from "@custody/ledger";
import type { NewFolder } from "../export/new-folder.ts";
import { LineFile } from "./line-file.ts";
import type { PageFile } from "./page-file.ts";

export interface WrittenRecords {
  readonly records: number;
  readonly destroyed: number;
  readonly bytes: number;
}

/** A record that is not there any more; the line keeps the place. */
const DESTROYED = "null";

/** Writes the records and what proves them, side by side, and hands both to the page as well. Holds one bundle at a time. */
export async function writeRecords(
  reader: LedgerReader,
  indexes: readonly number[],
  size: number,
  folder: NewFolder,
  page: PageFile,
): Promise<WrittenRecords> {
  const records = await LineFile.create(await folder.place(folderNames.records));
  const receipts = await LineFile.create(await folder.place(folderNames.receipts));
  const between = reader.subtrees(size);
  let destroyed = 0;
  let next = 0;
  try {
    for await (const read of reader.entriesAt(indexes)) {
      const { entry: bytes, index, salt } = read;
      const receipt = formatReceiptLine({
        between: between(next, index),
        entry: { bytes, ...(salt && { salt }) },
      });
      const record = recordLine(read);
      if (record === DESTROYED) destroyed += 1;
      await records.write(`${record}\n`);
      await receipts.write(`${receipt}\n`);
      await page.add(receipt, record, () => lastLine(between(index + 1, size)));
      next = index + 1;
    }
    await receipts.write(`${lastLine(between(next, size))}\n`);
  } finally {
    await records.close();
    await receipts.close();
  }
  return { bytes: records.bytes + receipts.bytes, destroyed, records: indexes.length };
}

function lastLine(between: readonly Buffer[]): string {
  return formatReceiptLine({ between });
}

/** The record's own bytes: they are canonical JSON, and so one line. @throws LedgerError BLOCK_DAMAGED when they are not */
function recordLine({ index, payload }: ReadEntry): string {
  if (payload === undefined) return DESTROYED;
  const text = payload.toString("utf8");
  if (readRecord(payload) === undefined || text.includes("\n"))
    throw new LedgerError("BLOCK_DAMAGED", `the payload of entry ${index} is not a record: run verify`);
  return text;
}
