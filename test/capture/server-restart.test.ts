import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { type ProxiedDatabase, proxyDatabase } from "./proxied-database.ts";
import { expectWellFormed, outcomes } from "./well-formed.ts";
import { query, sync, unnamed, WireClient } from "./wire-client.ts";

/** A server that crashes while agents work, and starts again. */
let server: PostgresServer;
let proxied: ProxiedDatabase;
beforeAll(async () => {
  server = await startPostgres();
  const client = await directly();
  await client.query(
    "CREATE TABLE t (id int PRIMARY KEY); CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  );
  await client.end();
  proxied = await proxyDatabase(server.url());
});
afterAll(async () => {
  await proxied.close();
  expectWellFormed(proxied.recorder);
  await server.stop();
});

async function directly(): Promise<Client> {
  const client = new Client({ connectionString: server.url() });
  client.on("error", () => {});
  await client.connect();
  return client;
}

test("what was in a transaction is rolled back, what ran alone is unknown, and work goes on afterwards", async () => {
  const [inTransaction, alone, idle] = [
    await WireClient.connect(proxied.url),
    await WireClient.connect(proxied.url),
    await WireClient.connect(proxied.url),
  ];
  await idle.query("INSERT INTO t VALUES (1)");
  await inTransaction.query("BEGIN");
  await inTransaction.run(...unnamed("INSERT INTO t VALUES ($1)", "2"), sync);
  alone.send(query("INSERT INTO t SELECT 3 FROM pg_sleep(60)"));
  const direct = await directly();
  // This server does not sync commits: what is not checkpointed could be lost with it.
  await direct.query("CHECKPOINT");
  const active =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";
  await expect.poll(async () => (await direct.query(active)).rows.length).toBe(1);
  process.kill((await direct.query<{ pid: number }>(active)).rows[0]?.pid ?? 0, "SIGKILL");
  for (const client of [inTransaction, alone, idle]) {
    await client.until("ready-for-query");
    expect(client.isClosed).toBe(true);
  }
  await expect.poll(() => proxied.proxy.connectionCount).toBe(0);
  expect(outcomes(proxied.recorder).toSorted()).toEqual([
    "BEGIN · completed · ok · open",
    "INSERT INTO t SELECT 3 FROM pg_sleep(60) · unknown · unknown",
    "INSERT INTO t VALUES ($1) · completed · ok · rolled-back · affected 1",
    "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
  ]);
  await direct.end().catch(() => {});

  const connected = () => WireClient.connect(proxied.url).catch(() => undefined);
  let client: WireClient | undefined;
  await expect
    .poll(
      async () => {
        client = await connected();
        return client;
      },
      { timeout: 30_000 },
    )
    .toBeDefined();
  expect(await client?.run(...unnamed("SELECT id, one() FROM t"), sync)).toEqual([
    "parse-complete",
    "bind-complete",
    "row 1|1",
    "complete SELECT 1",
    "ready idle",
  ]);
  // The connection by which the catalogue is asked was lost as well.
  const last = proxied.recorder.statements().at(-1);
  expect(last?.operations?.map(({ tier }) => tier)).toEqual(["read", "read"]);
  await client?.close();
});
