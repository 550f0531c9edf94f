import { expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { PENDING_BYTES_MAX, QUEUE_ENTRIES_MAX } from "../store/limits.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf, ownPayloads } from "../testing/entries.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

test("entries stand in the order of the calls, whatever each of them waits for", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const calls = Array.from({ length: 500 }, (_, at) => {
    if (at % 3 === 0) return ledger.append(entryOf(at), "written");
    if (at % 3 === 1) return ledger.append(entryOf(at), "durable");
    return ledger.appendAll([entryOf(at)], "queued");
  });
  await Promise.all(calls);
  await ledger.close();
  const expected = entriesOf(0, 500).map(({ payload }) => payload);
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toEqual(expected);
});

test("when the queue is full appenders wait, and nobody who comes later overtakes them", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const count = QUEUE_ENTRIES_MAX * 2;
  let at = 0;
  const calls: Promise<unknown>[] = [];
  const append = () => {
    calls.push(ledger.append(entryOf(at), at % 2 === 0 ? "written" : "durable"));
    at += 1;
  };
  while (at < count) append();
  // These come while the queue has some room again and the others still wait for more.
  while (at < count + 2000) {
    append();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(calls);
  await ledger.close();
  const expected = entriesOf(0, at).map(({ payload }) => payload);
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toEqual(expected);
});

test("what is appended at once is refused as a whole when there is no room, and overtakes nobody who waits", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const per = 100;
  let at = 0;
  while (ledger.appendNow(entriesOf(at, at + per))) at += per;
  expect(at).toBeGreaterThanOrEqual(QUEUE_ENTRIES_MAX);
  const waiting = ledger.appendAll(entriesOf(at, at + per), "queued");
  // There is room again before those who wait have had their turn.
  const settled = ledger.settle("written").then(() => ledger.appendNow([entryOf(at + per)]));
  await waiting;
  if (!(await settled)) await ledger.appendAll([entryOf(at + per)], "queued");
  await ledger.close();
  expect(() => ledger.appendNow([entryOf(0)])).toThrow(expect.objectContaining({ code: "LEDGER_CLOSED" }));
  const expected = entriesOf(0, at + per + 1).map(({ payload }) => payload);
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toEqual(expected);
});

test("a queue that is full of bytes makes appenders wait as well", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const payload = "x".repeat(3 * 1024 * 1024);
  await Promise.all(
    Array.from({ length: 20 }, (_, at) => ledger.append(entryOf(at, { payload: `${at} ${payload}` }))),
  );
  await ledger.close();
  const found = await ownPayloads(await LedgerReader.open({ directory }));
  expect(found.map((each) => Number.parseInt(each, 10))).toEqual(Array.from({ length: 20 }, (_, at) => at));
});

test("an entry that is appended in the same breath as the close is either before it or refused", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const before = ledger.append(entryOf(0));
  const closing = ledger.close();
  const after = ledger.append(entryOf(1));
  await expect(after).rejects.toMatchObject({ code: "LEDGER_CLOSED" });
  await before;
  await closing;
  const reader = await LedgerReader.open({ directory });
  expect(await ownPayloads(reader)).toEqual(["payload 0"]);
  expect((await reader.entry(reader.size - 1)).envelope.t).toBe("ledger.closed");
});

test("those who wait for room when the ledger closes are refused, and nothing follows the record of the close", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory });
  const calls = entriesOf(0, QUEUE_ENTRIES_MAX + 500).map((entry) => ledger.append(entry));
  const closing = ledger.close();
  const results = await Promise.allSettled(calls);
  await closing;
  const kept = results.filter(({ status }) => status === "fulfilled").length;
  const refused = results.filter(
    (each) => each.status === "rejected" && each.reason.code === "LEDGER_CLOSED",
  ).length;
  expect([kept + refused, refused > 0]).toEqual([calls.length, true]);
  const again = await openLedger({ directory });
  await again.close();
  const reader = await LedgerReader.open({ directory });
  expect(await ownPayloads(reader)).toHaveLength(kept);
  expect(await verifyLedger({ directory })).toMatchObject({ ok: true });
});

test("more at once than may wait for the integration does not wait for itself", async () => {
  const ledger = await openLedger({ directory: temporaryDirectory() });
  const payload = Buffer.alloc(1024 * 1024, "x");
  const count = PENDING_BYTES_MAX / payload.length + 2;
  await ledger.appendAll(
    Array.from({ length: count }, (_, at) => ({ ...entryOf(at), payload })),
    "durable",
  );
  expect(ledger.durableSize).toBeGreaterThanOrEqual(count);
  await ledger.close();
}, 20_000);
