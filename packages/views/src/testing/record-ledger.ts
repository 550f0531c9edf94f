import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import {
  type Disk,
  type Ledger,
  LedgerReader,
  type MasterKey,
  masterKeyFromBytes,
  nodeDisk,
  openLedger,
} from "@custody/ledger";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { onTestFinished } from "vitest";
import { type IndexOptions, indexOptionsFor } from "../indexing/index-options.ts";

const masterKey: MasterKey = masterKeyFromBytes(Buffer.alloc(32, 7));

/** A directory that goes when the test is over. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "custody-views-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An erasure ends with a checkpoint, so a ledger that has one needs them often. */
export async function openTestLedger(
  directory: string,
  checkpointIntervalMs = 3_600_000,
  disk: Disk = nodeDisk,
): Promise<Ledger> {
  return await openLedger({ directory, masterKey, segmentBytes: 256 * 1024, checkpointIntervalMs, disk });
}

export async function appendRecords(ledger: Ledger, records: readonly AuditRecord[]): Promise<void> {
  await ledger.appendAll(
    records.map((record) => ({
      payload: JSON.stringify(record),
      scope: { class: "session", project: record.project, session: record.session ?? "none" },
      sequence: record.source.sequence,
      source: record.source.instance,
      timeMs: Math.floor(Date.parse(record.time)),
      type: record.type,
      ...(record.session === undefined ? {} : { session: record.session }),
    })),
    "durable",
  );
}

/** What `openIndex` needs for the ledger in a directory. */
export async function indexOptions(directory: string): Promise<IndexOptions> {
  const reader = await LedgerReader.open({ directory, masterKey });
  return indexOptionsFor(directory, reader);
}
