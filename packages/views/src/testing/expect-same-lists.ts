import type { RecordFilter } from "@custody/domain";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { expect } from "vitest";
import type { View } from "../query/scan.ts";
import type { RecordIndex } from "../record-index.ts";
import type { NaiveIndex } from "./naive-index.ts";
import { randomFrom } from "./random-records.ts";

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
  const record = pick(naive.records.filter((_, index) => !naive.isDestroyed(index)));
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

/** Asks for random lists, page by page and upward. */
export function expectSameLists(index: RecordIndex, naive: NaiveIndex, seed: number, rounds: number): void {
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
