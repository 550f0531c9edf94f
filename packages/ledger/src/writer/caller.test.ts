import { expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf, ownEntries, ownPayloads } from "../testing/entries.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

test("a caller may use a payload's memory again as soon as the call returns", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const payload = Buffer.from("what was meant");
  const entry = { ...entryOf(0), payload };
  const appended = ledger.append(entry);
  payload.fill(0x78);
  entry.type = "NOT A TYPE";
  entry.sequence = -1;
  await appended;
  await ledger.close();
  const [found] = await ownEntries(await LedgerReader.open({ directory }));
  expect(found?.payload?.toString()).toBe("what was meant");
  expect(found?.envelope).toMatchObject({ t: "test.entry", sq: 0 });
});

test("a caller who writes into the leaf hash changes nothing", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  for (let at = 0; at < 10; at += 1) (await ledger.append(entryOf(at))).leafHash.fill(0);
  await ledger.close();
  expect(await verifyLedger({ directory })).toMatchObject({ ok: true, findings: [] });
});

test.each([
  ["a type with capitals", { type: "Test" }],
  ["a type with a newline", { type: "test\n" }],
  ["an empty type", { type: "" }],
  ["a type of 65 characters", { type: "a".repeat(65) }],
  ["a type of the ledger's own", { type: "ledger.opened" }],
  ["a type of the key ring's own", { type: "key.created" }],
  ["a sequence that is not whole", { sequence: 1.5 }],
  ["a negative sequence", { sequence: -1 }],
  ["a time that is no number", { timeMs: Number.NaN }],
  ["a time beyond what is exact", { timeMs: 2 ** 53 }],
  ["a payload of more than 64 MiB", { payload: Buffer.alloc(64 * 1024 * 1024 + 1) }],
])("%s is refused, and nothing of its batch is appended", async (_, given) => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  await expect(ledger.append(entryOf(0, given))).rejects.toMatchObject({ code: "ENTRY_INVALID" });
  const batch = [entryOf(0), entryOf(1, given), entryOf(2)];
  await expect(ledger.appendAll(batch, "durable")).rejects.toMatchObject({ code: "ENTRY_INVALID" });
  await ledger.appendAll([entryOf(0)], "durable");
  await ledger.close();
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toEqual(["payload 0"]);
});

test("a closed ledger refuses everything, and can be closed again", async () => {
  const ledger = await openLedger({ directory: temporaryDirectory() });
  await ledger.close();
  await ledger.close();
  const closed = { code: "LEDGER_CLOSED" };
  await expect(ledger.append(entryOf(0))).rejects.toMatchObject(closed);
  await expect(ledger.appendAll([], "queued")).rejects.toMatchObject(closed);
  await expect(ledger.settle("durable")).rejects.toMatchObject(closed);
  await expect(ledger.checkpoint()).rejects.toMatchObject(closed);
});

test("what nobody waits for becomes durable by itself within a moment", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes: 32 * 1024 });
  for (let at = 0; at < 400; at += 1) {
    await ledger.append(entryOf(at), "written");
    if (at % 50 === 49) void ledger.appendAll(entriesOf(0, 1, { source: `other ${at}` }), "durable");
  }
  await expect.poll(() => ledger.durableSize, { timeout: 2000 }).toBe(ledger.size);
  await ledger.close();
});
