import type { AuditRecord } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";

/** The record of one entry; undefined where there is none, or none any more. */
export async function readRecord(reader: LedgerReader, index: number): Promise<AuditRecord | undefined> {
  if (index >= reader.size) return undefined;
  const { payload } = await reader.entry(index);
  return payload === undefined ? undefined : (JSON.parse(payload.toString("utf8")) as AuditRecord);
}
