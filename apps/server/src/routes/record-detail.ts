import type { AuditRecord, RecordDetail } from "@custody/domain";
import { LedgerError } from "@custody/ledger";
import type { RouteParts } from "./parts.ts";

/** One record, and all that it takes to check it without trusting us. */
export async function detailOf(
  { reader, records, verifierKey }: Pick<RouteParts, "reader" | "records" | "verifierKey">,
  index: number,
): Promise<RecordDetail> {
  const entry = await reader.entry(index);
  const payload = entry.payload.toString("utf8");
  const record = JSON.parse(payload) as AuditRecord;
  return {
    index,
    proof: {
      payload,
      receipt: await receiptOf(reader, index),
      salt: entry.salt.toString("base64"),
      verifierKey,
    },
    record,
    related: records.related(record.action),
  };
}

/** A checkpoint is published about once a second, so the newest records have none yet. */
async function receiptOf(reader: RouteParts["reader"], index: number): Promise<string | null> {
  try {
    return await reader.prove(index);
  } catch (error) {
    if (error instanceof LedgerError && error.code === "INDEX_UNKNOWN") return null;
    throw error;
  }
}
