import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { type ProxiedDatabase, proxyDatabase } from "./proxied-database.ts";

let database: Awaited<ReturnType<typeof createDatabase>>;
let proxied: ProxiedDatabase;

beforeAll(async () => {
  database = await createDatabase();
  proxied = await proxyDatabase(database.url);
});

afterAll(async () => {
  await proxied.close();
  await database.drop();
});

test("a client works through the proxy, and every execution has one requested and one final record", async () => {
  const client = new Client({ connectionString: proxied.url });
  await client.connect();
  await client.query("CREATE TABLE t (id int primary key, v text)");
  await client.query("INSERT INTO t SELECT g, 'v' || g FROM generate_series(1, 5) g");
  const { rows } = await client.query("SELECT * FROM t WHERE id > $1", [2]);
  expect(rows).toHaveLength(3);
  await client.query("BEGIN");
  await client.query("UPDATE t SET v = $1 WHERE id = $2", ["x", 1]);
  await client.query("ROLLBACK");
  await client.query("SELECT * FROM missing").catch(() => {});
  await client.end();
  const seen = proxied.recorder
    .statements()
    .map((r) => [
      r.type,
      r.statement?.text.slice(0, 30),
      r.effect?.rows,
      r.effect?.status,
      r.transaction?.outcome,
    ]);
  console.log(seen.map((x) => JSON.stringify(x)).join("\n"));
  expect(seen.length).toBeGreaterThan(10);
});
