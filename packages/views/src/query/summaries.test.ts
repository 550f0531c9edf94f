import type { AuditRecord } from "@custody/domain";
import { expect, test } from "vitest";
import { openIndex } from "../open-index.ts";
import type { RecordIndex } from "../record-index.ts";
import { NaiveIndex } from "../testing/naive-index.ts";
import { randomRecords } from "../testing/random-records.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";

/** An index that has followed a ledger in uneven steps, and the plain look at the same. */
async function followed(seed: number): Promise<{ index: RecordIndex; naive: NaiveIndex }> {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory);
  const options = await indexOptions(directory);
  const index = await openIndex(options);
  const records = randomRecords(seed, 1200);
  for (const [from, to] of [
    [0, 3],
    [3, 700],
    [700, 701],
    [701, 1200],
  ] as const) {
    await appendRecords(ledger, records.slice(from, to));
    await index.follow();
  }
  const naive = new NaiveIndex();
  await naive.follow(options.reader);
  await ledger.close();
  return { index, naive };
}

function countsBy(
  records: readonly AuditRecord[],
  value: (record: AuditRecord) => string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    const found = value(record);
    if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

test("facets count the rows that each value would show", async () => {
  const { index, naive } = await followed(11);
  for (const view of ["actions", "records"] as const) {
    const shown = naive.list({}, view).map((at) => naive.records[at] as AuditRecord);
    const facets = index.facets(view);
    const asMap = (values: readonly { value: string; count: number }[]) =>
      new Map(values.map((each) => [each.value, each.count]));
    expect(asMap(facets.agents)).toEqual(countsBy(shown, ({ actor }) => actor.agent?.name));
    expect(asMap(facets.humans)).toEqual(countsBy(shown, ({ actor }) => actor.human?.name));
    expect(asMap(facets.targets)).toEqual(countsBy(shown, ({ target }) => target?.name));
    expect(asMap(facets.types)).toEqual(countsBy(shown, ({ type }) => type));
    expect(asMap(facets.levels)).toEqual(countsBy(shown, ({ level }) => level));
    expect(asMap(facets.projects)).toEqual(countsBy(shown, ({ project }) => project || undefined));
    expect(asMap(facets.sessions)).toEqual(countsBy(shown, ({ session }) => session));
    const counts = facets.types.map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
  }
  index.close();
});

test("a record is found by its id and by that of its action, together with all others of the action", async () => {
  const { index, naive } = await followed(12);
  for (const [at, { action, id }] of naive.records.entries()) {
    const all = naive.records.flatMap((record, index) => (record.action === action ? [index] : []));
    if (id !== action) expect(index.find(id)).toBe(at);
    expect(index.find(action)).toBe(all.at(-1));
    expect(index.isLatest(at)).toBe(all.at(-1) === at);
    expect(index.related(action)).toEqual(
      all.map((each) => ({ index: each, time: naive.records[each]?.time, type: naive.records[each]?.type })),
    );
    expect(index.row(at)).toMatchObject({ action, id, index: at });
  }
  expect(index.find("00000000-0000-7000-8000-000000000000")).toBeUndefined();
  expect(index.related("nobody")).toEqual([]);
  expect(index.row(index.cursor)).toBeUndefined();
  index.close();
});

test("tables count final records, once, and no rows that did not last", async () => {
  const { index, naive } = await followed(13);
  const expected = new Map<
    string,
    { statements: number; reads: number; writes: number; rowsAffected: number; lastIndex: number }
  >();
  for (const [at, record] of naive.records.entries()) {
    if (!/^db\.statement\.(completed|denied|failed|cancelled|unknown)$/.test(record.type)) continue;
    const objects = (record.operations ?? []).flatMap((operation) => operation.objects);
    const nameOf = ({ name, schema }: { name: string; schema?: string }) =>
      schema === undefined ? name : `${schema}.${name}`;
    const written = new Set(objects.filter(({ role }) => role !== "read").map(nameOf));
    for (const table of new Set(objects.map(nameOf))) {
      const key = `${record.target?.name} ${table}`;
      const counts = expected.get(key) ?? {
        lastIndex: 0,
        reads: 0,
        rowsAffected: 0,
        statements: 0,
        writes: 0,
      };
      expected.set(key, counts);
      counts.statements += 1;
      counts.lastIndex = at;
      if (record.type.endsWith("denied")) continue;
      if (objects.some((object) => object.role === "read" && nameOf(object) === table)) counts.reads += 1;
      if (!written.has(table)) continue;
      counts.writes += 1;
      const isLasting = record.transaction?.outcome !== "rolled-back";
      if (isLasting && written.size === 1) counts.rowsAffected += record.effect?.rows.affected ?? 0;
    }
  }
  const found: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = index.tables({ limit: 3, ...(after === undefined ? {} : { after }) });
    for (const each of page.tables) {
      found.push(`${each.target} ${each.table}`);
      expect(each).toMatchObject(expected.get(`${each.target} ${each.table}`) ?? {});
    }
    if (page.next === null) break;
    after = page.next;
  }
  expect(found.sort()).toEqual([...expected.keys()].sort());
  expect(index.tables({ limit: 9, search: "CUST", target: "crm" }).tables.map(({ table }) => table)).toEqual([
    "public.customers",
  ]);
  index.close();
});

test.each([
  [{ type: "db.statement'; drop" }],
  [{ type: "" }],
  [{ since: "yesterday" }],
  [{ until: "2026-13-45" }],
  [{ level: "loud" as "info" }],
])("a filter that makes no sense is refused: %j", async (filter) => {
  const { index } = await followed(1);
  for (const search of [{}, { search: "select" }])
    expect(() => index.list({ filter: { ...filter, ...search }, limit: 1, view: "actions" })).toThrow(
      expect.objectContaining({ code: "FILTER_INVALID" }),
    );
  // It was no fault of the index.
  expect(index.list({ filter: {}, limit: 1, view: "actions" }).rows).toHaveLength(1);
  index.close();
});
