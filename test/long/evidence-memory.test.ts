import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerReader, type NewEntry, nodePrimitives, openLedger } from "@custody/ledger";
import { parseVerifierKey } from "@custody/ledger/verifier";
import { afterAll, expect, test } from "vitest";
import { exportBundle } from "../../apps/cli/src/bundle/export-bundle.ts";
import { checkFolder } from "../../apps/cli/src/checking/check-folder.ts";
import type { CommandContext } from "../../apps/cli/src/commands/context.ts";
import { needPromptMemory, peakGrowth } from "../capture/peak-memory.ts";
import { newId } from "../export/written-ledger.ts";

const MiB = 1024 * 1024;
const RECORDS = 100_000;
const BATCH = 500;
const folder = mkdtempSync(join(tmpdir(), "custody-evidence-"));
const directory = join(folder, "custody-data");
afterAll(() => rmSync(folder, { force: true, recursive: true }));

/** Every second record is of the session, so every second entry of the log has to be proved and the others passed over. */
function entryOf(sequence: number): NewEntry {
  const session = sequence % 2 === 0 ? "long" : "other";
  const record = {
    action: newId(),
    id: newId(),
    message: { key: "db.statement.completed", params: {} },
    ...{ project: "default", session, source: { instance: "source", sequence } },
    statement: { text: `SELECT ${"x".repeat(900)} -- ${sequence}` },
    ...{ time: "2026-11-20T12:00:00.000000Z", type: "db.statement.completed" },
  };
  return {
    payload: JSON.stringify(record),
    scope: { class: "session", project: "default", session },
    sequence,
    session,
    source: "source",
    timeMs: Date.parse(record.time),
    type: record.type,
  };
}

async function fill(): Promise<string> {
  const ledger = await openLedger({ directory });
  for (let at = 0; at < 2 * RECORDS; at += BATCH)
    await ledger.appendAll(
      Array.from({ length: BATCH }, (_, each) => entryOf(at + each)),
      "queued",
    );
  await ledger.close();
  return ledger.verifierKey;
}

test("evidence of 100,000 records is made and checked without holding them", {
  timeout: 600_000,
}, async (context) => {
  needPromptMemory(context);
  const verifierKey = await parseVerifierKey(await fill(), nodePrimitives);
  const silent = { hint() {}, isColored: false, json() {}, line() {}, log() {}, progress() {}, write() {} };
  const environment = { variables: {}, version: "0.1.0", workingDirectory: folder };
  const command = { data: directory, environment, isJson: true, output: silent } as unknown as CommandContext;
  const path = join(folder, "evidence");
  const making = await peakGrowth(async () => {
    expect(await exportBundle(command, "long", path)).toMatchObject({ destroyed: 0, records: RECORDS });
  });
  const checking = await peakGrowth(async () => {
    const { report } = await checkFolder(path, verifierKey, () => {});
    expect(report).toMatchObject({ findings: [], ofSession: RECORDS, ok: true, records: RECORDS });
  });
  const bytes = (name: string) => statSync(join(path, name)).size;
  expect((await LedgerReader.open({ directory })).size).toBeGreaterThan(2 * RECORDS);
  // A hash of 44 characters for the one entry between two of the session, and the entry itself.
  expect(bytes("receipts.jsonl") / RECORDS).toBeLessThan(800);
  expect(bytes("index.html")).toBeLessThan(64 * MiB);
  expect(making).toBeLessThan(96 * MiB);
  expect(checking).toBeLessThan(96 * MiB);
});
