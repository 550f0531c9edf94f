import { hash } from "node:crypto";
import type { AuditRecord } from "@custody/domain";
import type { ReadEntry } from "@custody/ledger";

/** A record on its way to another system, with what ties it to the ledger. */
export interface SinkEntry {
  readonly record: AuditRecord;
  /** Its place in the ledger. */
  readonly index: number;
  /** The name of the log, which checkpoints begin with. */
  readonly origin: string;
  /** Of this entry and of the one before it, in base64. */
  readonly leafHash: string;
  readonly previousLeafHash: string;
}

const LEAF_PREFIX = Uint8Array.of(0);

/** `record` is what the entry's payload says; whoever reads it has parsed it already. */
export function sinkEntry(read: ReadEntry, record: AuditRecord, origin: string): SinkEntry {
  const { entry, envelope, index } = read;
  return {
    index,
    leafHash: hash("sha256", Buffer.concat([LEAF_PREFIX, entry]), "base64"),
    origin,
    previousLeafHash: envelope.p,
    record,
  };
}
