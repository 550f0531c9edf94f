import { simulate } from "@custody/capture/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { factsQuery } from "../../packages/capture/src/postgres/catalogue/facts-query.ts";
import { needPromptMemory, peakGrowth } from "../capture/peak-memory.ts";
import { type ProxiedDatabase, proxyDatabase } from "../capture/proxied-database.ts";
import { WireClient } from "../capture/wire-client.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { doorTo, requestOf } from "../simulate/simulated-database.ts";

const MiB = 1024 * 1024;
const TABLES = 50_000;
const SHAPES = 300;

/** A database with so many tables that whoever reads the whole catalogue, for each statement, is found out. */
let server: PostgresServer;
let owner: Client;
let proxied: ProxiedDatabase;
/** Pages that one look read when there was one table. */
let pagesBefore = 0;

beforeAll(async () => {
  server = await startPostgres({ settings: { max_locks_per_transaction: "2000" } });
  owner = new Client({ connectionString: server.url() });
  await owner.connect();
  await makeTables(0, 0);
  pagesBefore = await pagesOfOneLook();
  for (let from = 1; from <= TABLES; from += 10_000) await makeTables(from, from + 9_999);
  proxied = await proxyDatabase(server.url());
}, 900_000);
afterAll(async () => {
  await proxied.close();
  await owner.end();
  await server.stop();
});

async function makeTables(from: number, to: number): Promise<void> {
  await owner.query(`DO $$ BEGIN FOR i IN ${from}..${to} LOOP
    EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, v text, w text)', i); END LOOP; END $$`);
}

async function pagesOfOneLook(): Promise<number> {
  const { rows } = await owner.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${factsQuery}`, [
    "{t0}",
    "{}",
    "{}",
    "{}",
  ]);
  const [{ Plan: plan }] = rows[0]["QUERY PLAN"];
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}

describe(`with ${TABLES} tables`, () => {
  test("a look into the catalogue reads little more of it than with one", async () => {
    const { rows } = await owner.query(`SELECT sum(pg_relation_size(oid) / 8192)::int AS pages FROM pg_class
      WHERE relname IN ('pg_class', 'pg_constraint', 'pg_depend', 'pg_attribute', 'pg_type')`);
    const pages = await pagesOfOneLook();
    expect(rows[0].pages).toBeGreaterThan(10_000);
    expect(pages).toBeLessThan(2 * pagesBefore);
  });

  test("statements of new shapes are told, and nothing grows with the tables", async (context) => {
    needPromptMemory(context);
    const client = await WireClient.connect(proxied.url);
    await client.query("SELECT * FROM t1");
    const growth = await peakGrowth(async () => {
      for (let number = 1; number <= SHAPES; number += 1) await client.query(`TABLE t${number}`);
    });
    await client.close();
    const last = proxied.recorder.statements().at(-1)?.operations?.[0]?.objects;
    expect(last).toEqual([
      expect.objectContaining({ name: `t${SHAPES}`, resolved: "catalog", schema: "public" }),
    ]);
    expect(proxied.recorder.types()).not.toContain("db.catalogue.failed");
    expect(growth).toBeLessThan(128 * MiB);
  });

  test("a simulation is told, table by table", async () => {
    await owner.query("INSERT INTO t7 VALUES (1), (2)");
    const answer = await simulate(doorTo(server.url()), requestOf("DELETE FROM t7; DROP TABLE t8"));
    expect(answer).toMatchObject({
      dropped: [{ kind: "table", name: "t8" }],
      outcome: "simulated",
      tables: [
        expect.objectContaining({ deleted: 2, name: "t7" }),
        expect.objectContaining({ isDropped: true, name: "t8" }),
      ],
    });
  });
});
