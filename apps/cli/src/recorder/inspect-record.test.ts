import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RecordDraft } from "@custody/domain";
import { formatBlobReference, openLedger, verifyLedger } from "@custody/ledger";
import { expect, onTestFinished, test } from "vitest";
import { inspectRecord, listBlobs } from "./inspect-record.ts";
import { ledgerEventRecords } from "./ledger-events.ts";
import { LedgerRecorder } from "./ledger-recorder.ts";
import { originOf } from "./origin.ts";

/** A ledger with one record, whose blobs `change` may have made other than they are; what `verify` finds in it. */
async function findingsOf(change: (digest: string, size: number) => unknown) {
  const directory = mkdtempSync(join(tmpdir(), "custody-inspect-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  let ids = 0;
  const newId = () => `id-${ids++}`;
  const origin = originOf({ host: "h", instance: "instance", timezone: "UTC", version: "0.1.0" });
  const ledger = await openLedger({ directory, describeEvent: ledgerEventRecords(origin, newId) });
  const scope = { class: "session", project: "default", session: "s" };
  const reference = await ledger.putBlob(scope, Buffer.from("a long prompt"));
  const draft: RecordDraft = {
    action: "a",
    actor: { service: "custody" },
    blobs: change(formatBlobReference(reference), reference.size) as RecordDraft["blobs"] & object,
    level: "info",
    links: {},
    message: { key: "prompt.submitted", params: {} },
    project: "default",
    session: "s",
    time: "2026-11-20T16:40:03.037512Z",
    type: "prompt.submitted",
  };
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  await recorder.record([draft], "durable");
  await ledger.close();
  const report = await verifyLedger({ directory, inspect: inspectRecord, listBlobs });
  return report.findings.map(({ code, message }) => `${code}: ${message}`);
}

const body = { mediaType: "text/plain", role: "request" };

test("a record whose blobs are there, with their sizes, is right", async () => {
  expect(await findingsOf((digest, size) => [{ ...body, digest, size }])).toEqual([]);
  expect(await findingsOf(() => [])).toEqual([]);
});

test.each<[string, (digest: string, size: number) => unknown, RegExp]>([
  ["another size", (digest, size) => [{ ...body, digest, size: size + 1 }], /^ENVELOPE_CONTRADICTED: .*size/],
  [
    "a blob that is not there",
    (digest, size) => [{ ...body, digest: other(digest), size }],
    /^BLOB_DAMAGED: /,
  ],
  [
    "no reference",
    (_, size) => [{ ...body, digest: `sha256:${size}`, size }],
    /^BLOB_DAMAGED: .*no reference/,
  ],
  ["something that is no blob", () => [null, 7, { digest: 7 }], /^ENVELOPE_CONTRADICTED: /],
])("a record that names %s is found out", async (_, change, finding) => {
  expect(await findingsOf(change)).toContainEqual(expect.stringMatching(finding));
});

function other(digest: string): string {
  return digest.replace(/:[^:]{43}:/, `:${"A".repeat(43)}:`);
}
