import type { Alert } from "@custody/alerts";
import type { AuditRecord } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { ALERT_RAISED, ALERT_UPDATED, alertIn } from "./alert-records.ts";
import type { AlertNotice } from "./alert-register.ts";

/** What people were to be told by the records of alerts from one index up to another. */
export async function* noticesFrom(
  reader: LedgerReader,
  from: number,
  to: number,
): AsyncGenerator<AlertNotice, void, undefined> {
  for await (const { i, t } of reader.envelopes(from, to)) {
    if (t !== ALERT_RAISED && t !== ALERT_UPDATED) continue;
    const notice = await noticeAt(reader, i);
    if (notice !== undefined) yield notice;
  }
}

export async function noticeAt(reader: LedgerReader, index: number): Promise<AlertNotice | undefined> {
  const record = await recordAt(reader, index);
  const alert = record && alertIn(record);
  if (record === undefined || alert === undefined) return undefined;
  return { alert, index, what: record.type === ALERT_RAISED ? "raised" : "updated" };
}

/** The statement that an alert tells of stands shortly before the alert; so many entries are looked at. */
const LOOK_BACK_ENTRIES = 256;

/** The text of the last statement that an alert tells of; undefined when it is about none, or stands too far back. */
export async function statementOf(
  reader: LedgerReader,
  { lastAction }: Alert,
  index: number,
): Promise<string | undefined> {
  if (index < 0) return undefined;
  await reader.refresh();
  for (let at = index - 1; at >= Math.max(0, index - LOOK_BACK_ENTRIES); at -= 1) {
    const { envelope } = await reader.envelope(at);
    if (!envelope.t.startsWith("db.statement.")) continue;
    const record = await recordAt(reader, at);
    if (record?.action === lastAction) return record.statement?.text;
  }
  return undefined;
}

/** Undefined when it was destroyed. */
async function recordAt(reader: LedgerReader, index: number): Promise<AuditRecord | undefined> {
  const { payload } = await reader.entry(index);
  return payload && (JSON.parse(payload.toString("utf8")) as AuditRecord);
}
