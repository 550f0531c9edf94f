import { expect, test } from "vitest";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf, ownPayloads } from "../testing/entries.ts";
import { FaultyDisk } from "../testing/faulty-disk.ts";
import { expectAllProved } from "../testing/oracle.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { verifyDisclosure } from "../verifier/verify-disclosure.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { LedgerReader } from "./ledger-reader.ts";

test("under a writer that integrates all the time, a refreshed reader sees everything that was acknowledged", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 16 * 1024, checkpointIntervalMs: 0 });
  const reader = await LedgerReader.open({ directory, masterKey });
  for (let at = 0; at < 1500; at += 5) {
    const appended = await Promise.all(entriesOf(at, at + 5).map((entry) => ledger.append(entry, "written")));
    await reader.refresh();
    const last = appended.at(-1)?.index as number;
    expect(reader.size).toBeGreaterThan(last);
    expect((await reader.entry(last)).payload?.toString()).toBe(`payload ${at + 4}`);
  }
  expect(await ownPayloads(reader)).toEqual(entriesOf(0, 1500).map(({ payload }) => payload));
  await ledger.close();
});

test("a reader that goes through the log while others refresh it, sees each entry once and in order", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 16 * 1024, checkpointIntervalMs: 0 });
  await ledger.appendAll(entriesOf(0, 200), "durable");
  const reader = await LedgerReader.open({ directory, masterKey });
  let isOver = false;
  const refreshing = (async () => {
    for (let at = 200; !isOver; at += 3) {
      await ledger.appendAll(entriesOf(at, at + 3), "durable");
      await reader.refresh();
    }
  })();
  for (let round = 0; round < 10; round += 1) {
    let expected = 0;
    for await (const { index, envelope } of reader.entries()) {
      expect([index, envelope.i]).toEqual([expected, expected]);
      expected += 1;
    }
    expect(expected).toBeGreaterThan(200);
  }
  isOver = true;
  await refreshing;
  await ledger.close();
});

test("verify has nothing to say about a log that grows while it looks", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 16 * 1024, checkpointIntervalMs: 0 });
  let isOver = false;
  const appending = (async () => {
    for (let at = 0; !isOver; at += 7) {
      const scope = { project: "p", class: "session", session: `s${at % 11}` };
      await ledger.appendAll(entriesOf(at, at + 7, { scope }), "durable");
    }
  })();
  for (let round = 0; round < 25; round += 1) {
    const durable = ledger.durableSize;
    const report = await verifyLedger({ directory, masterKey });
    expect(report.findings).toEqual([]);
    expect(report.size).toBeGreaterThanOrEqual(durable);
  }
  isOver = true;
  await appending;
  await ledger.close();
});

test("a first checkpoint that a busy machine signs, and publishes half a second later, is not missing", async () => {
  const directory = temporaryDirectory();
  await (await openLedger({ directory, masterKey })).close();
  const publishedMs = Date.now() + 500;
  const isPublished = (path: string) => !path.endsWith("/checkpoint") || Date.now() >= publishedMs;
  const read: Disk["read"] = async (path) => (isPublished(path) ? nodeDisk.read(path) : undefined);
  const disk = Object.assign(Object.create(nodeDisk), { read });
  expect((await verifyLedger({ directory, disk, masterKey })).findings).toEqual([]);
});

test("every entry of a small log can be proved, and to nobody else's key", { timeout: 240_000 }, async () => {
  const directory = temporaryDirectory();
  for (const count of [1, 6, 250, 40]) {
    const ledger = await openLedger({ directory, masterKey, segmentBytes: 64 * 1024 });
    await ledger.appendAll(entriesOf(ledger.size, ledger.size + count, { source: `${count}` }), "durable");
    await ledger.checkpoint();
    const { verifierKey } = ledger;
    await ledger.close();
    await expectAllProved(directory, verifierKey);
  }
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 10_000])("there is no entry %d", async (index) => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await ledger.close();
  const reader = await LedgerReader.open({ directory, masterKey });
  await expect(reader.entry(index)).rejects.toMatchObject({ code: "INDEX_UNKNOWN" });
  await expect(reader.prove(index)).rejects.toMatchObject({ code: "INDEX_UNKNOWN" });
});

test("an entry that no published checkpoint covers yet cannot be proved yet", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({
    directory,
    masterKey,
    segmentBytes: 4096,
    checkpointIntervalMs: 3_600_000,
  });
  await ledger.checkpoint();
  const { index } = await ledger.append(entryOf(0));
  const reader = await LedgerReader.open({ directory, masterKey });
  await expect(reader.prove(index)).rejects.toMatchObject({ code: "INDEX_UNKNOWN" });
  await ledger.close();
  await expect(reader.prove(index)).resolves.toContain("c2sp.org/tlog-proof@v1");
});

test("a reader that cannot open a segment says so, and does not show less", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({
    directory,
    masterKey,
    segmentBytes: 4096,
    checkpointIntervalMs: 3_600_000,
  });
  await ledger.append(entryOf(0));
  const disk = new FaultyDisk();
  const reader = await LedgerReader.open({ directory, masterKey, disk });
  disk.fault = {
    strikes: ({ operation, path }) => operation === "openNow" && path.endsWith(".wal"),
    code: "EIO",
    leaves: "nothing",
  };
  await expect(reader.refresh()).rejects.toMatchObject({ code: "EIO" });
  await ledger.close();
});

test("a reader sees keys that were made after it was opened", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  const reader = await LedgerReader.open({ directory, masterKey });
  await ledger.append(entryOf(0, { scope: { project: "new", class: "session", session: "new" } }));
  await reader.refresh();
  expect(await ownPayloads(reader)).toEqual(["payload 0"]);
  await ledger.close();
});

test("an entry whose key was destroyed can still be proved, but no longer be shown", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey });
  const { index } = await ledger.append(entryOf(0));
  await ledger.append(
    entryOf(1, { scope: { project: "shop", class: "session", session: "s2" }, sequence: 1 }),
  );
  await ledger.checkpoint();
  const reader = await LedgerReader.open({ directory, masterKey });
  const before = await reader.prove(index, { withPayload: true });
  const { k } = (await reader.envelope(index)).envelope;
  await (await ledger.erase({ keys: [k], from: 0, to: index, rule: "r", reason: "asked for", by: "me" }))
    .purged;
  await ledger.close();

  await reader.refresh();
  const verifierKey = await parseVerifierKey(ledger.verifierKey, nodePrimitives);
  const claim = { primitives: nodePrimitives, verifierKey };
  expect((await verifyDisclosure({ ...claim, receipt: await reader.prove(index) })).index).toBe(index);
  await expect(reader.prove(index, { withPayload: true })).rejects.toMatchObject({
    code: "PAYLOAD_DESTROYED",
    message: expect.stringContaining(`entry ${index}`),
  });
  // What somebody was given before stays what it was.
  const { payload } = await verifyDisclosure({ ...claim, receipt: before });
  expect(Buffer.from(payload as Uint8Array).toString()).toBe("payload 0");
});
