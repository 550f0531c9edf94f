import type { RecordFilter } from "@custody/domain";
import { expect, test } from "vitest";
import { openIndex, rebuildIndex } from "./open-index.ts";
import type { RecordIndex } from "./record-index.ts";
import { expectSameLists } from "./testing/expect-same-lists.ts";
import { NaiveIndex } from "./testing/naive-index.ts";
import { randomFrom, randomRecords } from "./testing/random-records.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "./testing/record-ledger.ts";

/** Records of one action share their words, but not their types and levels: each pair of the two is asked for. */
function expectSameSearches(index: RecordIndex, naive: NaiveIndex): void {
  const types = new Set(naive.records.map(({ type }) => type));
  const parts: RecordFilter[] = [...types].map((type) => ({ type }));
  for (const level of ["debug", "info", "warning", "error", "critical"] as const) parts.push({ level });
  for (const part of parts)
    for (const search of ["select", "100", "Kunden", "robot", "duplicate"])
      for (const view of ["actions", "records"] as const) {
        const filter = { ...part, search };
        const { rows } = index.list({ filter, limit: 5000, view });
        expect([filter, view, rows.map((row) => row.index)]).toEqual([
          filter,
          view,
          naive.list(filter, view),
        ]);
      }
}

test.each([1, 2, 3])(
  "every list has what a plain look at each record finds, random ledger %d",
  async (seed) => {
    const directory = temporaryDirectory();
    const ledger = await openTestLedger(directory);
    const options = await indexOptions(directory);
    const index = await openIndex(options);
    const naive = new NaiveIndex();
    const random = randomFrom(seed);
    const records = randomRecords(seed, 2500);
    for (let at = 0; at < records.length; ) {
      const count = random(3) === 0 ? 1 + random(4) : 1 + random(1500);
      await appendRecords(ledger, records.slice(at, at + count));
      at += count;
      await index.follow();
    }
    await naive.follow(options.reader);
    expectSameLists(index, naive, seed, 200);
    expectSameSearches(index, naive);
    index.close();
    const again = await rebuildIndex(options);
    expectSameLists(again, naive, seed + 1, 100);
    again.close();
    await ledger.close();
  },
);
