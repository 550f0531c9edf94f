import { type Disk, LedgerError, type LedgerReader, nodeDisk } from "@custody/ledger";
import { expect, onTestFinished, test, vi } from "vitest";
import { openIndex, rebuildIndex } from "../open-index.ts";
import { answersOf } from "../testing/answers.ts";
import { eraseSession } from "../testing/erase-session.ts";
import { MARKS, markedRecords } from "../testing/marked-records.ts";
import { randomRecords } from "../testing/random-records.ts";
import { rawContent } from "../testing/raw-content.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";

/** A reader that does something else before it reads the next time. */
function interrupted(reader: LedgerReader): { reader: LedgerReader; before: { next?: () => Promise<void> } } {
  const before: { next?: () => Promise<void> } = {};
  const other = {
    async *entries(from: number, to: number) {
      const { next } = before;
      delete before.next;
      await next?.();
      yield* reader.entries(from, to);
    },
    envelope: (index: number) => reader.envelope(index),
    origin: reader.origin,
    refresh: () => reader.refresh(),
    get size() {
      return reader.size;
    },
  };
  return { before, reader: other as unknown as LedgerReader };
}

test("what is recorded while a part is written anew is in it, and what is destroyed meanwhile is not", async () => {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory, 0);
  const options = await indexOptions(directory);
  const { before, reader } = interrupted(options.reader);
  const index = await openIndex({ ...options, reader });
  const records = randomRecords(1, 600);
  await appendRecords(ledger, [...records.slice(0, 500), ...markedRecords(2, 200)]);
  await index.follow();
  await eraseSession(ledger, records.find(({ session }) => session !== undefined)?.session as string);
  await index.follow();
  // The purge has begun, and reads what it copies next.
  let isReached = false;
  before.next = async () => {
    await appendRecords(ledger, records.slice(500));
    await eraseSession(ledger, MARKS.session);
    await index.follow();
    isReached = true;
  };
  await index.purged();
  expect(isReached).toBe(true);
  expect(index.erasures).toEqual({ orders: 2, purge: null, purged: 2 });
  const answers = answersOf(index);
  index.close();
  expect(rawContent(options.path, options.key).pages.includes(MARKS.statement.slice(3))).toBe(false);
  const rebuilt = await rebuildIndex(options);
  expect(answersOf(rebuilt)).toBe(answers);
  rebuilt.close();
  await ledger.close();
});

test("what an order names is in no list from then on, also while its keys are still there", async () => {
  const directory = temporaryDirectory();
  const disk: Disk = {
    ...nodeDisk,
    rename: async (from, to) => {
      if (to.endsWith("ring")) throw new Error("the machine stops before the keys are destroyed");
      await nodeDisk.rename(from, to);
    },
  };
  const ledger = await openTestLedger(directory, 0, disk);
  const options = await indexOptions(directory);
  const index = await openIndex(options);
  await appendRecords(ledger, markedRecords(2, 100));
  await index.follow();
  expect(index.list({ filter: { agent: MARKS.agent }, limit: 5, view: "records" }).rows).toHaveLength(5);
  await expect(eraseSession(ledger, MARKS.session)).rejects.toThrow("the machine stops");
  let told = 0;
  index.onForgotten(() => {
    told += 1;
    expect(index.list({ filter: { agent: MARKS.agent }, limit: 5, view: "records" }).rows).toEqual([]);
  });
  await index.follow();
  expect(told).toBe(1);
  const { payload } = await options.reader.entry(options.reader.size - 2);
  expect(payload?.toString()).toContain(MARKS.agent);
  await index.purged();
  index.close();
  expect(rawContent(options.path, options.key).pages.includes(MARKS.agent)).toBe(false);
  await ledger.close();
});

test("a purge that fails says so, rests, and is gone on with", async () => {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory, 0);
  const options = await indexOptions(directory);
  const { before, reader } = interrupted(options.reader);
  const index = await openIndex({ ...options, reader });
  const failures: string[] = [];
  index.onPurgeFailed(({ message }) => failures.push(message));
  await appendRecords(ledger, [...randomRecords(1, 50), ...markedRecords(2, 50)]);
  await index.follow();
  await eraseSession(ledger, MARKS.session);
  await index.follow();
  before.next = () => Promise.reject(new LedgerError("STATE_DAMAGED", "a bundle is missing"));
  await expect(index.purged()).rejects.toMatchObject({ code: "INDEX_FAILED" });
  expect(failures).toEqual([expect.stringContaining("a bundle is missing")]);
  await index.follow();
  await expect(index.purged()).rejects.toMatchObject({ code: "INDEX_FAILED" });
  const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000);
  onTestFinished(() => clock.mockRestore());
  await index.follow();
  await index.purged();
  expect(failures).toHaveLength(1);
  index.close();
  await ledger.close();
});
