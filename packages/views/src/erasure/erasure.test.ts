import { expect, test } from "vitest";
import type { IndexOptions } from "../indexing/index-options.ts";
import { openIndex, rebuildIndex } from "../open-index.ts";
import { answersOf } from "../testing/answers.ts";
import { eraseSession } from "../testing/erase-session.ts";
import { expectSameLists } from "../testing/expect-same-lists.ts";
import { NaiveIndex } from "../testing/naive-index.ts";
import { randomFrom, randomRecords } from "../testing/random-records.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";

/** So that a small ledger has several parts. */
async function smallParts(directory: string): Promise<IndexOptions> {
  return { ...(await indexOptions(directory)), partRows: 300 };
}

test.each([1, 2])(
  "what was destroyed is in no answer, whenever that was, and a rebuilt index says the same, random ledger %d",
  { timeout: 120_000 },
  async (seed) => {
    const directory = temporaryDirectory();
    const ledger = await openTestLedger(directory, 0);
    const options = await smallParts(directory);
    let index = await openIndex(options);
    const random = randomFrom(seed);
    const records = randomRecords(seed, 1500);
    for (let at = 0; at < records.length; ) {
      const count = 1 + random(random(2) === 0 ? 5 : 400);
      await appendRecords(ledger, records.slice(at, at + count));
      at += count;
      const session = records[random(Math.min(at, records.length))]?.session;
      if (session !== undefined && random(4) === 0) await eraseSession(ledger, session).catch(() => {});
      if (random(3) > 0) await index.follow();
      if (random(8) > 0) continue;
      index.close();
      index = await openIndex(options);
    }
    await index.follow();
    const answers = answersOf(index);
    await index.purged();
    expect(answersOf(index)).toBe(answers);
    expect(index.erasures.orders).toBeGreaterThan(0);
    expect(index.erasures).toMatchObject({ purge: null, purged: index.erasures.orders });
    const naive = new NaiveIndex();
    await naive.follow(options.reader);
    expectSameLists(index, naive, seed, 60);
    index.close();
    const again = await openIndex(options);
    expect(answersOf(again)).toBe(answers);
    again.close();
    const rebuilt = await rebuildIndex(options);
    expect(answersOf(rebuilt)).toBe(answers);
    rebuilt.close();
    await ledger.close();
  },
);
