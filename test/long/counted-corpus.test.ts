import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProxiedDatabase, proxyDatabase } from "../capture/proxied-database.ts";
import { type Story, stories } from "../capture/well-formed.ts";
import { WireClient } from "../capture/wire-client.ts";
import type { Case } from "../corpus/case.ts";
import { families } from "../corpus/families.ts";
import { type CorpusServer, openCorpusServer } from "../corpus/server.ts";
import { RowTruths, rowText, totalOf } from "./row-truth.ts";

/** What the records tell of rows is what the server counts, whatever the statement is made of. */
let server: CorpusServer;
let truths: RowTruths;
let proxied: ProxiedDatabase;
let client: WireClient;
beforeAll(async () => {
  server = await openCorpusServer();
  truths = await RowTruths.open(server.url);
  proxied = await proxyDatabase(server.url);
  client = await WireClient.connect(proxied.url);
});
afterAll(async () => {
  await client.close();
  await proxied.close();
  await truths.close();
  await server.close();
});

/** The rows of a case as its records have them, in a transaction that is rolled back. */
async function recorded({ after = [], sql }: Case): Promise<readonly Story[]> {
  await client.query("BEGIN");
  for (const earlier of after) await client.query(earlier);
  proxied.recorder.clear();
  await client.query(sql);
  const found = stories(proxied.recorder);
  await client.query("ROLLBACK");
  await client.query("DISCARD ALL");
  // What was open has its final record now.
  return found.length === 0 ? [] : stories(proxied.recorder).slice(0, found.length);
}

/** Statements whose rows no record tells: see docs/true-effect.md. */
const uncounted = new Set<string>();

const asked = families.map(({ name, cases }) => ({
  cases: cases.filter(
    ({ data, fails, unasked }) => unasked === undefined && fails === undefined && data === undefined,
  ),
  name,
}));

describe.each(asked)("$name", ({ cases }) => {
  test.for(cases)("$sql", async (one, { skip }) => {
    if (one.since !== undefined && server.major < one.since) return skip(`new in ${one.since}`);
    const { error, rows } = await truths.of(one);
    if (error !== undefined) return skip(`the server refuses it: ${error}`);
    const found = await recorded(one);
    if (found.some(({ steps }) => steps.includes("denied"))) return skip("Custody refuses it");
    const counted = found.flatMap(({ final }) => final?.effect?.byTable ?? []);
    const isCounted = found.some(({ final }) => final?.effect?.byTable !== undefined);
    if (isCounted) {
      const told = Object.fromEntries(
        counted.map((table) => [`${table.schema}.${table.name}`, rowText(table)]),
      );
      return expect(told).toEqual(rows);
    }
    const affected = found.reduce((sum, { final }) => sum + (final?.effect?.rows.affected ?? 0), 0);
    if (affected !== totalOf(rows))
      uncounted.add(found.map(({ requested }) => requested.message.params["verb"]).join("; "));
  });
});

test("what is not counted is what the documentation says", () => {
  expect([...uncounted].sort()).toEqual([
    "ALTER TABLE",
    "COMMENT",
    "COPY TO PROGRAM",
    "CREATE INDEX",
    "CREATE MATERIALIZED VIEW",
    "REFRESH MATERIALIZED VIEW",
    "TRUNCATE",
  ]);
});
