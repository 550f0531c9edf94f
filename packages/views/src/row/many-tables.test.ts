import type { AuditRecord } from "@custody/domain";
import { expect, test } from "vitest";
import { openIndex } from "../open-index.ts";
import { randomRecords } from "../testing/random-records.ts";
import { appendRecords, indexOptions, openTestLedger, temporaryDirectory } from "../testing/record-ledger.ts";
import { TABLES_MAX } from "./touched-tables.ts";

type TouchedObject = NonNullable<AuditRecord["operations"]>[number]["objects"][number];

function tables(count: number): TouchedObject[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `t${at}`,
    database: "shop",
    resolved: "syntax",
    role: "read",
    schema: "public",
    type: "table",
  }));
}

test("statements that name a hundred thousand tables are indexed in no time, by the first of them", async () => {
  const directory = temporaryDirectory();
  const ledger = await openTestLedger(directory);
  const statement = randomRecords(5, 200).find(
    ({ type }) => type === "db.statement.completed",
  ) as AuditRecord;
  const of = (objects: TouchedObject[]): AuditRecord => ({
    ...statement,
    operations: [{ kind: "read", objects, tier: "read", verb: "SELECT" }],
  });
  const long = { ...(tables(1)[0] as TouchedObject), name: "n".repeat(100_000) };
  await appendRecords(ledger, [of(tables(100_000)), of([long])]);
  const index = await openIndex(await indexOptions(directory));
  const startedMs = performance.now();
  await index.follow();
  expect(performance.now() - startedMs).toBeLessThan(60_000);
  const found = (table: string) => index.list({ filter: { table }, limit: 10, view: "records" }).rows.length;
  expect(found("public.t0")).toBe(1);
  expect(found(`t${TABLES_MAX - 1}`)).toBe(1);
  expect(found(`t${TABLES_MAX}`)).toBe(0);
  const { tables: counted } = index.tables({ limit: 5000 });
  expect(counted).toHaveLength(TABLES_MAX + 1);
  for (const { table } of counted) expect(table.length).toBeLessThan(300);
  index.close();
  await ledger.close();
}, 20_000);
