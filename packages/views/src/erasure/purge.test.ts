import { beforeAll, expect, test } from "vitest";
import type { IndexOptions } from "../indexing/index-options.ts";
import { indexStatus, openIndex, rebuildIndex } from "../open-index.ts";
import { answersOf } from "../testing/answers.ts";
import { eraseSession } from "../testing/erase-session.ts";
import { compile, FollowingProcess } from "../testing/following-process.ts";
import { MARKS, markedRecords } from "../testing/marked-records.ts";
import { randomFrom, randomRecords } from "../testing/random-records.ts";
import { rawContent } from "../testing/raw-content.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";

beforeAll(compile);

const ALL = Object.values(MARKS);

/**
 * Which marks are in an index file, by what finds them: in rows and terms, and in pages as they are. There a term lacks
 * what it begins with in common with the one before it.
 */
function foundMarks({ key, path }: IndexOptions): { rows: string[]; pages: string[] } {
  const { pages, rows } = rawContent(path, key);
  const lower = rows.toLowerCase();
  return {
    pages: ALL.filter((mark) => pages.includes(mark.slice(3))),
    rows: ALL.filter((mark) => lower.includes(mark)),
  };
}

/** Which ids are in a page, as text or as bytes. */
function foundIds({ key, path }: IndexOptions, ids: readonly string[]): string[] {
  const { pages } = rawContent(path, key);
  return ids.filter((id) => pages.includes(id) || pages.includes(Buffer.from(id.replaceAll("-", ""), "hex")));
}

/** A ledger whose index has marks among other records, all over its file. */
async function markedLedger(others: number, partRows: number) {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory, 0);
  const options = { ...(await indexOptions(directory)), partRows };
  const index = await openIndex(options);
  const records = randomRecords(1, others);
  const marked = markedRecords(2, others / 3);
  const ids = marked.flatMap(({ action, id }) => [action, id]);
  // A few at a time, so that pages of every table are divided with marks in them.
  for (let at = 0; at < others; at += 60) {
    await appendRecords(ledger, records.slice(at, at + 60));
    await appendRecords(ledger, marked.splice(0, 20));
    await index.follow();
  }
  return { directory, ids, index, ledger, options };
}

test("nothing that a destroyed record said is in the file, in no row, term, or unused page", {
  timeout: 240_000,
}, async () => {
  const { ids, index, ledger, options } = await markedLedger(1500, 400);
  const { rows } = index.list({ filter: { search: MARKS.statement }, limit: 500, view: "records" });
  expect(rows.length).toBeGreaterThan(100);
  index.close();
  expect(foundMarks(options)).toEqual({ pages: ALL, rows: ALL });
  expect(foundIds(options, ids)).toEqual(ids);

  await eraseSession(ledger, MARKS.session);
  const again = await openIndex(options);
  await again.follow();
  for (const filter of [{ search: MARKS.statement }, { agent: MARKS.agent }, { session: MARKS.session }])
    expect(again.list({ filter, limit: 5, view: "records" }).rows).toEqual([]);
  expect(JSON.stringify([again.facets("records"), again.tables({ limit: 500 })])).not.toContain(MARKS.target);
  for (const id of ids) expect(again.find(id)).toBeUndefined();
  await again.purged();
  const answers = answersOf(again);
  again.close();
  expect(foundMarks(options)).toEqual({ pages: [], rows: [] });
  expect(foundIds(options, ids)).toEqual([]);
  expect((await indexStatus(options)).erasures).toEqual({ orders: 1, purge: null, purged: 1 });
  const last = await openIndex(options);
  expect(answersOf(last)).toBe(answers);
  last.close();
  await ledger.close();
});

test("a purge whose process is killed goes on where it was, and leaves as little", {
  timeout: 240_000,
}, async () => {
  const partRows = 500;
  const { directory, index, ledger, options } = await markedLedger(6000, partRows);
  index.close();
  await eraseSession(ledger, MARKS.session);
  await ledger.close();
  const random = randomFrom(5);
  const done: number[] = [];
  let lifeMs = 500;
  for (let round = 0; round < 8 || (done.at(-1) === 0 && round < 30); round += 1) {
    const child = new FollowingProcess(directory, partRows);
    await child.says("purge");
    await new Promise((resolve) => setTimeout(resolve, random(lifeMs)));
    await child.kill();
    const [, parts] = /purge (\d+) of/.exec(child.said) ?? [];
    // It has come to its end before it was killed.
    if (parts === undefined) break;
    done.push(Number(parts));
    if (done.at(-1) === 0) lifeMs += 200;
  }
  // Whatever is done is not done again.
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done.at(-1)).toBeGreaterThan(0);
  const last = await openIndex(options);
  await last.follow();
  await last.purged();
  const answers = answersOf(last);
  last.close();
  expect(foundMarks(options)).toEqual({ pages: [], rows: [] });
  const rebuilt = await rebuildIndex(options);
  expect(answersOf(rebuilt)).toBe(answers);
  rebuilt.close();
});
