import type { RecordFilter } from "@custody/domain";
import { expect, test } from "vitest";
import { openIndex, rebuildIndex } from "./open-index.ts";
import type { View } from "./query/scan.ts";
import type { RecordIndex } from "./record-index.ts";
import { NaiveIndex } from "./testing/naive-index.ts";
import { randomFrom, randomRecords } from "./testing/random-records.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "./testing/record-ledger.ts";

const SEARCHES = [
  "select",
  "SELECT insert",
  "müller",
  "Muller NAIVE",
  "o'reilly",
  '"quoted"',
  "NEAR(select insert)",
  "東京",
  "京",
  "дата",
  "a*b",
  "robot",
  "order_items",
  "orders",
  "duplicate",
  "23505",
  "long",
  "nothing-like-this",
  "^select",
  "words: select",
  "%",
  "",
  "shop crm",
];

/** Of filters that mostly find something: at most three parts each. */
function randomFilter(random: (count: number) => number, naive: NaiveIndex): RecordFilter {
  const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value;
  const record = pick(naive.records);
  const parts: RecordFilter[] = [
    { session: record.session ?? "none" },
    { type: pick([record.type, "db", "db.*.denied", "db.statement", "*", "db.*.c*", "ledger"]) },
    { target: pick(["shop", "crm", "none"]) },
    { agent: pick(["robot", "Ada", "ágent", "nobody"]) },
    { project: pick(["default", "other", ""]) },
    { level: pick(["debug", "info", "warning", "error", "critical"] as const) },
    { tier: pick(["read", "write", "destructive", "admin"] as const) },
    { table: pick(["orders", "customers", "public.customers", "log", "kunden", "Kunden", "público"]) },
    { since: record.time },
    { until: record.time },
    { search: pick(SEARCHES) },
    { search: pick(SEARCHES) },
  ];
  return Object.assign({}, ...Array.from({ length: random(4) }, () => pick(parts))) as RecordFilter;
}

function expectSameLists(index: RecordIndex, naive: NaiveIndex, seed: number, rounds: number): void {
  const random = randomFrom(seed);
  for (let round = 0; round < rounds; round += 1) {
    const filter = randomFilter(random, naive);
    const view: View = random(2) === 0 ? "actions" : "records";
    const limit = 1 + random(60);
    const expected = naive.list(filter, view);
    const found: number[] = [];
    for (let before: number | null = index.cursor, pages = 0; before !== null && pages < 12; pages += 1) {
      const page = index.list({ before, filter, limit, view });
      expect(page.size).toBe(naive.records.length);
      found.push(...page.rows.map((row) => row.index));
      before = page.next;
      if (before === null) expect([filter, found.length]).toEqual([filter, expected.length]);
    }
    expect([filter, view, found]).toEqual([filter, view, expected.slice(0, found.length)]);
    const from = random(naive.records.length);
    const upward = naive
      .list(filter, view)
      .reverse()
      .filter((each) => each > from)
      .slice(0, limit);
    expect(index.rowsAfter(from, filter, view, limit).map((row) => row.index)).toEqual(upward);
  }
}

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
