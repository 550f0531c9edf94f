import { simulate } from "@custody/capture/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { families } from "../corpus/families.ts";
import { type CorpusServer, openCorpusServer } from "../corpus/server.ts";
import { doorTo, requestOf } from "../simulate/simulated-database.ts";
import { RowTruths, rowText } from "./row-truth.ts";

/** Simulated is what executed is, row by row and table by table, when nobody else writes. */
let server: CorpusServer;
let truths: RowTruths;
let simulated = 0;
beforeAll(async () => {
  server = await openCorpusServer();
  truths = await RowTruths.open(server.url);
});
afterAll(async () => {
  await truths.close();
  await server.close();
});

const asked = families.map(({ name, cases }) => ({
  cases: cases.filter(
    ({ after, data, unasked }) => unasked === undefined && after === undefined && data === undefined,
  ),
  name,
}));

describe.each(asked)("$name", ({ cases }) => {
  test.for(cases)("$sql", async (one, { skip }) => {
    if (one.since !== undefined && server.major < one.since) return skip(`new in ${one.since}`);
    const answer = await simulate(
      doorTo(server.url),
      requestOf(one.sql, { acceptsDynamicSql: true, rowsMax: 2 }),
    );
    if (answer.outcome === "not-simulatable") return skip(`${answer.code}: ${answer.reason}`);
    const { error, removed, rows } = await truths.of(one, { countsRemoved: true, endsAtOnce: true });
    if (answer.outcome === "failed") return expect(answer.code).toBe(error);
    expect(error).toBeUndefined();
    simulated += 1;
    const told = Object.fromEntries(
      answer.tables
        .filter(({ deleted, inserted, updated }) => deleted + inserted + updated > 0)
        .map((table) => [`${table.schema}.${table.name}`, rowText(table)]),
    );
    expect(told).toEqual(rows);
    const gone = Object.fromEntries(
      answer.tables
        .filter((table) => (table.removed ?? 0) > 0)
        .map((table) => [`${table.schema}.${table.name}`, table.removed]),
    );
    expect(gone).toEqual(Object.fromEntries(Object.entries(removed).filter(([, count]) => count > 0)));
  });
});

test("most of the corpus can be simulated", () => {
  expect(simulated).toBeGreaterThan(400);
});
