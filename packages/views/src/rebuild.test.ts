import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordRow } from "@custody/domain";
import { beforeAll, expect, test } from "vitest";
import { IndexFile } from "./file/index-file.ts";
import type { IndexOptions } from "./indexing/index-options.ts";
import { openIndex, rebuildIndex } from "./open-index.ts";
import { answersOf } from "./testing/answers.ts";
import { compile, FollowingProcess } from "./testing/following-process.ts";
import { randomFrom, randomRecords } from "./testing/random-records.ts";
import { randomSessions } from "./testing/random-sessions.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "./testing/record-ledger.ts";

beforeAll(compile);

/** A closed ledger, its index in place, and what that answers. */
async function indexedLedger(
  count: number,
): Promise<{ directory: string; options: IndexOptions; answers: string }> {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory);
  await appendRecords(ledger, [...randomRecords(7, count), ...randomSessions(7, Math.floor(count / 4))]);
  await ledger.close();
  const options = await indexOptions(directory);
  return { answers: await followedAnswers(options), directory, options };
}

async function followedAnswers(options: IndexOptions): Promise<string> {
  const index = await openIndex(options);
  await index.follow();
  const answers = answersOf(index);
  index.close();
  return answers;
}

test("an index that is deleted and built again answers the same, and so does one that came record by record", async () => {
  const { answers, directory, options } = await indexedLedger(1500);
  const seen: number[] = [];
  const rebuilt = await rebuildIndex(options, (cursor, size) => seen.push(cursor, size));
  expect(answersOf(rebuilt)).toBe(answers);
  expect(seen.slice(-2)).toEqual([rebuilt.cursor, rebuilt.cursor]);
  rebuilt.close();
  const other = temporaryDirectory();
  const ledger = await openTestLedger(other);
  const slow = await openIndex(await indexOptions(other));
  for (const record of randomRecords(7, 300)) {
    await appendRecords(ledger, [record]);
    await slow.follow();
  }
  const quick = await openIndex({ ...(await indexOptions(other)), path: join(directory, "quick.db") });
  await quick.follow();
  expect(answersOf(quick)).toBe(answersOf(slow));
  quick.close();
  slow.close();
  await ledger.close();
});

test("an index whose process is killed while it follows goes on where it was, and then answers like any other", {
  timeout: 240_000,
}, async () => {
  const { answers, directory, options } = await indexedLedger(12_000);
  IndexFile.remove(options.path);
  const random = randomFrom(5);
  const cursors: number[] = [];
  // On a busy machine even the first batch takes longer than a life: then they become longer.
  let lifeMs = 600;
  for (let round = 0; round < 8 || (cursors.at(-1) === 0 && round < 30); round += 1) {
    const child = new FollowingProcess(directory);
    await child.says("open");
    await new Promise((resolve) => setTimeout(resolve, random(lifeMs)));
    await child.kill();
    cursors.push(Number(/open (\d+)/.exec(child.said)?.[1]));
    if (cursors.at(-1) === 0) lifeMs += 200;
  }
  // It does go on: nothing of an earlier life is lost.
  expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
  expect(cursors.at(-1)).toBeGreaterThan(0);
  expect(await followedAnswers(options)).toBe(answers);
});

test("one index has one owner, and the next when that is gone", async () => {
  const { directory, options } = await indexedLedger(20);
  const child = new FollowingProcess(directory);
  await child.says("all");
  await expect(openIndex(options)).rejects.toMatchObject({ code: "INDEX_IN_USE" });
  await expect(rebuildIndex(options)).rejects.toMatchObject({ code: "INDEX_IN_USE" });
  await child.kill();
  (await openIndex(options)).close();
  const index = await openIndex(options);
  index.close();
  index.close();
  expect(() => index.list({ filter: {}, limit: 1, view: "records" })).toThrow("closed");
});

test.each<[what: string, spoil: (bytes: Buffer) => Buffer]>([
  ["is empty", () => Buffer.alloc(0)],
  ["is no database", () => Buffer.from("hello, I am a text")],
  ["was cut in the middle", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["begins with other bytes", (bytes) => Buffer.concat([Buffer.alloc(100, 7), bytes.subarray(100)])],
])("a file that %s is begun anew", async (_what, spoil) => {
  const { answers, options } = await indexedLedger(600);
  writeFileSync(options.path, spoil(readFileSync(options.path)));
  expect(await followedAnswers(options)).toBe(answers);
});

test("a file under another key, of another ledger, or of another time is begun anew", async () => {
  const { answers, directory, options } = await indexedLedger(400);
  expect(await followedAnswers({ ...options, key: Buffer.alloc(32, 1) })).toBe(answers);
  expect(await followedAnswers(options)).toBe(answers);
  const other = await indexedLedger(500);
  cpSync(other.options.path, options.path);
  expect(await followedAnswers({ ...options, key: other.options.key })).toBe(answers);
  // The same ledger, whose last entries were taken away and came back as others.
  const ledger = await openTestLedger(directory);
  const copy = temporaryDirectory();
  cpSync(directory, copy, { recursive: true, filter: (path) => !path.includes("lock") });
  await appendRecords(ledger, randomRecords(8, 30));
  await ledger.close();
  await followedAnswers(await indexOptions(directory));
  cpSync(options.path, join(copy, "index", "records.db"));
  const again = await openTestLedger(copy);
  await appendRecords(again, randomRecords(9, 60));
  const changed = await indexOptions(copy);
  const found = await followedAnswers(changed);
  expect(found).toBe(await followedAnswers({ ...changed, path: join(copy, "fresh.db") }));
  await again.close();
});

test("whatever page of the file is damaged, the index is soon whole again", {
  timeout: 240_000,
}, async () => {
  const { options } = await indexedLedger(800);
  const whole = readFileSync(options.path);
  const random = randomFrom(3);
  for (let round = 0; round < 12; round += 1) {
    const bytes = Buffer.from(whole);
    const page = random(whole.length / 4096) * 4096;
    bytes.fill(random(256), page, page + 4096);
    writeFileSync(options.path, bytes);
    const index = await openIndex(options);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await index.follow();
        answersOf(index);
        break;
      } catch (error) {
        expect(error).toMatchObject({ code: "INDEX_FAILED" });
        expect(attempt).toBeLessThan(3);
      }
    }
    index.close();
  }
});

test("listeners hear of each row once and in order, and whoever waits finds all that was acknowledged before", async () => {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory);
  const index = await openIndex(await indexOptions(directory));
  const heard: RecordRow[] = [];
  const end = index.onRows((rows, cursor) => {
    heard.push(...rows);
    expect(cursor).toBe(heard.length);
  });
  const waiting: Promise<void>[] = [];
  const records = randomRecords(4, 2000);
  for (let at = 0; at < records.length; at += 40) {
    await appendRecords(ledger, records.slice(at, at + 40));
    const { size } = ledger;
    waiting.push(index.follow().then(() => expect(index.cursor).toBeGreaterThanOrEqual(size)));
    if (at % 400 === 0) await Promise.all(waiting);
  }
  await Promise.all(waiting);
  expect(heard.map((row) => row.index)).toEqual(heard.map((_, at) => at));
  expect(heard).toEqual(index.rowsAfter(-1, {}, "records", 5000));
  for (const filter of [{ search: "select" }, { agent: "robot" }, { level: "error" }, {}] as const) {
    const fitting = heard.filter((row) => index.matches(row, filter));
    expect(fitting).toEqual(index.rowsAfter(-1, filter, "records", 5000));
  }
  end();
  const count = heard.length;
  await appendRecords(ledger, randomRecords(5, 5));
  await index.follow();
  expect(heard.length).toBe(count);
  index.close();
  await ledger.close();
});
