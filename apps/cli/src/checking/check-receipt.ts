import type { AuditRecord } from "@custody/domain";
import { contradiction, readRecord } from "@custody/evidence";
import { LedgerError, nodePrimitives as primitives } from "@custody/ledger";
import { isCoseReceipt, verifyCoseReceipt } from "@custody/ledger/cose";
import { type VerifiedDisclosure, type VerifierKey, verifyDisclosure } from "@custody/ledger/verifier";
import { escapeText } from "@custody/messages";

export interface ReceiptVerdict {
  readonly ok: true;
  readonly index: number;
  readonly origin: string;
  readonly size: number;
  readonly type: string;
  readonly time: string;
  /** When the receipt carries it; it is the one that the entry commits to. */
  readonly record?: AuditRecord;
}

/** Checks a receipt of either form by what it carries itself. @throws LedgerError RECEIPT_MALFORMED, RECEIPT_INVALID */
export async function checkReceipt(receipt: Buffer, verifierKey: VerifierKey): Promise<ReceiptVerdict> {
  const claim = { primitives, receipt, verifierKey };
  const verified = await (isCoseReceipt(receipt) ? verifyCoseReceipt(claim) : verifyDisclosure(claim));
  const { checkpoint, envelope, index } = verified;
  const { origin, size } = checkpoint;
  const time = timeText(envelope.ts);
  const record = recordIn(verified);
  return { ok: true, index, origin, size, type: envelope.t, time, ...(record && { record }) };
}

/** An entry can hold a time that no calendar reaches. */
function timeText(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? `${ms}` : time.toISOString();
}

/** Envelope and record come from the same writer: where they differ, one of them was made by somebody else. */
function recordIn({ envelope, payload }: VerifiedDisclosure): AuditRecord | undefined {
  if (payload === undefined) return undefined;
  const record = readRecord(payload);
  const what = record === undefined ? "what it carries is no record" : contradiction(envelope, record);
  if (what !== undefined) throw new LedgerError("RECEIPT_INVALID", `entry ${envelope.i}: ${what}`);
  return record;
}

/** For people. The record is shown whole, as JSON, since everything in it is proved. */
export function receiptLines({ index, origin, record, size, time, type }: ReceiptVerdict): string[] {
  const verdict = `ok: entry ${index} of ${origin} is ${type}, recorded at ${time}; it stands in the signed tree of size ${size}`;
  if (record === undefined) return [escapeText(verdict)];
  return [verdict, "the record in it is the one that the entry commits to:", ...jsonLines(record)].map(
    escapeText,
  );
}

function jsonLines(record: AuditRecord): string[] {
  return JSON.stringify(record, null, 2).split("\n");
}
