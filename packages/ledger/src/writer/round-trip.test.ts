import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hashLeaf } from "../merkle/hash.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf, ownEntries, ownPayloads } from "../testing/entries.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("payloads of every size and both forms come back as they were", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes: 256 * 1024 });
  const sizes = [0, 1, 15, 16, 255, 256, 257, 4095, 65_535, 65_536, 1_048_576, 5 * 1_048_576];
  const strings = ["", "{}", "äöü€😀", "\u0000\u0001", "a".repeat(100_000), "\uFEFFbyte order mark"];
  const payloads = [...sizes.map((size) => randomBytes(size)), ...strings];
  await Promise.all(payloads.map((payload, at) => ledger.append(entryOf(at, { payload }))));
  await ledger.close();
  const found = await ownEntries(await LedgerReader.open({ directory }));
  expect(found.map(({ payload }) => sha256(payload as Buffer))).toEqual(
    payloads.map((each) => sha256(Buffer.from(each))),
  );
  expect(await verifyLedger({ directory })).toMatchObject({ ok: true, decrypted: true });
});

test("a lone surrogate is stored as the replacement character, as encoders do", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  await ledger.append(entryOf(0, { payload: "a\ud800b" }));
  await ledger.close();
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toEqual(["a\ufffdb"]);
});

test.each(["queued", "written", "durable"] as const)(
  "what is %s is there after a clean close",
  async (safety) => {
    const directory = temporaryDirectory();
    const ledger = await openLedger({ directory });
    await ledger.appendAll(entriesOf(0, 10), safety);
    await ledger.close();
    expect(await ownPayloads(await LedgerReader.open({ directory }))).toHaveLength(10);
  },
);

test("what is appended tells its index and the hash of the leaf that is read back", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const appended = await Promise.all(entriesOf(0, 300).map((entry) => ledger.append(entry)));
  await ledger.close();
  const reader = await LedgerReader.open({ directory });
  for (const { index, leafHash } of appended) {
    const { entry } = await reader.entry(index);
    expect(leafHash.equals(hashLeaf(entry))).toBe(true);
  }
});

test("many sessions, projects and sources interleaved keep their own keys, chains and references", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const counts = new Map<string, number>();
  const entries = Array.from({ length: 1000 }, (_, at) => {
    const session = `s${at % 7}`;
    const source = `source ${at % 5}`;
    const sequence = counts.get(source) ?? 0;
    counts.set(source, sequence + 1);
    const scope = { project: `p${at % 3}`, class: at % 2 === 0 ? "session" : "restore", session };
    return entryOf(sequence, { scope, session, source, payload: `${session} ${source} ${at}` });
  });
  for (let at = 0; at < 1000; at += 50) await ledger.appendAll(entries.slice(at, at + 50), "written");
  await ledger.close();
  const reader = await LedgerReader.open({ directory });
  const found = await ownEntries(reader);
  expect(found.map(({ payload }) => payload?.toString())).toEqual(entries.map(({ payload }) => payload));
  expect(new Set(found.map(({ envelope }) => envelope.k)).size).toBe(7 * 3 * 2);
  const ofOne = found.filter(({ envelope }) => envelope.ses === reader.reference("session", "s3"));
  expect(ofOne.every(({ payload }) => payload?.toString().startsWith("s3 "))).toBe(true);
  expect(ofOne).toHaveLength((1000 / 7 + 1) | 0);
  expect(await verifyLedger({ directory })).toMatchObject({ ok: true });
});

test("a log that grows in batches of all sizes, over bundles, segments and starts, is whole after each start", async () => {
  const directory = temporaryDirectory();
  const expected: string[] = [];
  for (const batch of [1, 254, 3, 255, 256, 257, 600, 2]) {
    const ledger = await openLedger({ directory, segmentBytes: 64 * 1024 });
    const entries = entriesOf(expected.length, expected.length + batch);
    await ledger.appendAll(entries, "durable");
    await ledger.close();
    expected.push(...entries.map(({ payload }) => String(payload)));
    expect(await verifyLedger({ directory })).toMatchObject({ ok: true, findings: [] });
  }
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toEqual(expected);
});

test("a tree whose last bundle is just full is taken up again", async () => {
  const directory = temporaryDirectory();
  for (let start = 0; start < 3; start += 1) {
    const ledger = await openLedger({ directory });
    const source = `run ${start}`;
    await ledger.append(entryOf(0, { source }));
    // The entry that records the clean stop is the last of the bundle.
    await ledger.appendAll(entriesOf(1, 256 - (ledger.size % 256), { source }), "durable");
    await ledger.close();
    const report = await verifyLedger({ directory });
    expect(report).toMatchObject({ ok: true, findings: [] });
    expect(report.size % 256).toBe(0);
  }
});
