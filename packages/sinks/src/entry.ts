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

/** @throws SyntaxError when the payload is no record. */
export function sinkEntry({ index, entry, envelope, payload }: ReadEntry, origin: string): SinkEntry {
  return {
    index,
    leafHash: hash("sha256", Buffer.concat([LEAF_PREFIX, entry]), "base64"),
    origin,
    previousLeafHash: envelope.p,
    record: JSON.parse(payload.toString("utf8")) as AuditRecord,
  };
}
