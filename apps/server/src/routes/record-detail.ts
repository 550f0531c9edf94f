import type { AuditRecord, RecordDetail } from "@custody/domain";
import { LedgerError, type ReadEntry } from "@custody/ledger";
import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "./parts.ts";

/** One record, and all that it takes to check it without trusting us. */
export async function detailOf(
  { reader, records, verifierKey }: Pick<RouteParts, "reader" | "records" | "verifierKey">,
  index: number,
): Promise<RecordDetail> {
  const entry = await readEntry(reader, index);
  if (entry.payload === undefined || entry.salt === undefined)
    throw new HttpProblem("record-destroyed", `record ${index} was destroyed by a recorded order`);
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

/** Whoever looks at a record that was tampered with is told so, and not that we made a mistake. */
async function readEntry(reader: RouteParts["reader"], index: number): Promise<ReadEntry> {
  try {
    return await reader.entry(index);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const message = `record ${index} cannot be read (${error.code}): run custody verify`;
    throw new HttpProblem("record-damaged", message);
  }
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
