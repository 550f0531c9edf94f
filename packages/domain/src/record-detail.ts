import type { AuditRecord } from "./record.ts";

/** One record with what it takes to check it without trusting whoever sent it. */
export interface RecordDetail {
  readonly index: number;
  readonly record: AuditRecord;
  /** All records of the same action, in order, this one among them. */
  readonly related: readonly { readonly index: number; readonly type: string; readonly time: string }[];
  readonly proof: RecordProof;
}

export interface RecordProof {
  /** A tlog-proof receipt whose extra data is the entry; null until a published checkpoint covers the entry. */
  readonly receipt: string | null;
  /** The ledger's note verifier key. Whoever wants to be sure has it from elsewhere. */
  readonly verifierKey: string;
  /** The recorded bytes as text, exactly, and their salt in base64: the entry commits to both. */
  readonly payload: string;
  readonly salt: string;
}
