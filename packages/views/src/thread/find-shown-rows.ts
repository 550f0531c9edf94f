import type { AuditRecord } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import type { RecordIndex } from "../record-index.ts";
import { readRecord } from "../row/read-record.ts";

/** Rows that a human was shown before deciding. */
export interface FoundRows {
  readonly index: number;
  readonly record: AuditRecord;
  /** The exact text that was digested: the JSON of `SampledRows`. */
  readonly text: string;
}

/** Those of a held act that bear this digest (SHA-256, hex); undefined where there are none, or none any more. */
export async function findShownRows(
  index: Pick<RecordIndex, "related">,
  reader: LedgerReader,
  { action, digest }: { readonly action: string; readonly digest: string },
): Promise<FoundRows | undefined> {
  for (const { index: at, type } of index.related(action)) {
    if (type !== "db.rows.shown") continue;
    const record = await readRecord(reader, at);
    const text = record?.details?.["rows"];
    if (record?.details?.["digest"] === digest && typeof text === "string")
      return { index: at, record, text };
  }
  return undefined;
}
