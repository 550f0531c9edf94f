import { type AlertBook, factsOf, Recogniser } from "@custody/alerts";
import type { AuditRecord } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { ALERT_ACKNOWLEDGED, ALERT_RAISED, ALERT_UPDATED, alertIn } from "./alert-records.ts";

export interface ReadAlertsOptions {
  readonly reader: LedgerReader;
  readonly book: AlertBook;
  readonly recogniser: Recogniser;
  /** Entries below are counted already. */
  readonly from: number;
  /** What this writer wrote up to this number is counted already as well. */
  readonly counted: { readonly instance: string; readonly sequence: number } | undefined;
  /** Who writes now: its records are counted as they are written. */
  readonly instance: string;
}

/**
 * Brings a book of alerts up to date with what a ledger says, as the process that wrote it would have. Envelopes are read,
 * and the records of those alone that can matter.
 */
export async function readAlerts(options: ReadAlertsOptions): Promise<void> {
  const { book, counted, from, instance, reader, recogniser } = options;
  const own = reader.reference("source", instance);
  const before = counted && reader.reference("source", counted.instance);
  // A rewording can only be of a session that was denied something, which envelopes know by another name.
  const denied = new Set(recogniser.denials.map(([session]) => reader.reference("session", session)));
  for await (const { i, ses, sq, src, t } of reader.envelopes(from)) {
    const isAlert = t === ALERT_RAISED || t === ALERT_UPDATED || t === ALERT_ACKNOWLEDGED;
    if (!isAlert && !Recogniser.mayConcern(t)) continue;
    if (src === own || (src === before && sq <= (counted?.sequence ?? -1))) continue;
    if (t === "db.statement.denied" && ses !== undefined) denied.add(ses);
    if (t === "db.statement.requested" && (ses === undefined || !denied.has(ses))) continue;
    const { payload } = await reader.entry(i);
    if (payload === undefined) continue;
    const record = JSON.parse(payload.toString("utf8")) as AuditRecord;
    if (isAlert) applyAlert(book, record);
    else {
      const occurrence = recogniser.recognise(factsOf(record));
      if (occurrence !== undefined) book.see(occurrence);
    }
  }
}

function applyAlert(book: AlertBook, record: AuditRecord): void {
  const { action, details, time, type } = record;
  if (type === ALERT_ACKNOWLEDGED) {
    book.acknowledge(action, { at: time, by: String(details?.["by"]) });
    return;
  }
  const alert = alertIn(record);
  if (alert !== undefined) book.recorded(alert, Date.parse(time));
}

/** Where the first alert of a ledger stands; undefined when it has none. */
export async function firstAlert(reader: LedgerReader): Promise<number | undefined> {
  for await (const { i, t } of reader.envelopes(0)) if (t === ALERT_RAISED) return i;
  return undefined;
}
