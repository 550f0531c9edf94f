import { createHash } from "node:crypto";
import type { AuditRecord } from "@custody/domain";
import { LedgerError, type LedgerReader } from "@custody/ledger";
import { recordOf, unreadableRecord } from "../row/record-of.ts";

export interface BatchEntry {
  readonly entry: Buffer;
  readonly record: AuditRecord;
}

/** The records from `from` up to, but without, `to`. What cannot be read has a row as well, that says so. */
export async function readBatch(reader: LedgerReader, from: number, to: number): Promise<BatchEntry[]> {
  const batch: BatchEntry[] = [];
  while (from + batch.length < to) {
    try {
      for await (const found of reader.entries(from + batch.length, to))
        batch.push({ entry: found.entry, record: recordOf(found) });
    } catch (error) {
      if (!(error instanceof LedgerError && UNREADABLE.has(error.code))) throw error;
      batch.push(await unreadableEntry(reader, from + batch.length));
    }
  }
  return batch;
}

/** What is wrong with one payload, and leaves its envelope to be read. */
const UNREADABLE: ReadonlySet<string> = new Set(["BLOCK_DAMAGED", "KEY_RING_DAMAGED"]);

async function unreadableEntry(reader: LedgerReader, index: number): Promise<BatchEntry> {
  const { entry, envelope } = await reader.envelope(index);
  return { entry, record: unreadableRecord(index, envelope) };
}

/** Whether the ledger goes on where the index ends. */
export async function continuesLedger(
  { cursor, leaf }: { readonly cursor: number; readonly leaf: string },
  reader: LedgerReader,
): Promise<boolean> {
  if (cursor === 0) return true;
  if (cursor > reader.size) return false;
  const { entry } = await reader.envelope(cursor - 1);
  return leafHash(entry) === leaf;
}

/** RFC 6962, section 2.1: what the tree has of an entry. In base64. */
export function leafHash(entry: Buffer): string {
  return createHash("sha256").update("\0").update(entry).digest("base64");
}
