import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../../../../../test/postgres/shared.ts";
import { classify, loadParser } from "./classify.ts";

// The server's own plan says which tables a statement touches; ours, from the text alone, must name the same.
await loadParser();
let client: Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  client = new Client({ connectionString: database.url });
  drop = () => database.drop();
  await client.connect();
  await client.query(`
    CREATE SCHEMA shop;
    CREATE TABLE users (id int PRIMARY KEY, name text, boss int);
    CREATE TABLE shop.users (id int PRIMARY KEY, name text);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int, total numeric);
    CREATE TABLE items (order_id int, sku text, count int);
    CREATE TABLE log (id int, what text);`);
});

afterAll(async () => {
  await client.end();
  await drop();
});

const statements = [
  "SELECT * FROM users",
  "SELECT * FROM shop.users u JOIN public.users p USING (id)",
  "SELECT * FROM users u, LATERAL (SELECT * FROM orders WHERE user_id = u.id LIMIT 1) o LEFT JOIN items i ON i.order_id = o.id",
  "SELECT (SELECT max(total) FROM orders), EXISTS (SELECT 1 FROM items WHERE count > 1), ARRAY(SELECT what FROM log) FROM users",
  "SELECT name FROM users UNION ALL SELECT name FROM shop.users EXCEPT SELECT what FROM log",
  "SELECT * FROM users WHERE id IN (SELECT user_id FROM orders WHERE id NOT IN (SELECT order_id FROM items))",
  "SELECT count(*) FROM users GROUP BY name HAVING count(*) > (SELECT count(*) FROM log) ORDER BY (SELECT min(total) FROM orders)",
  "SELECT * FROM users u FOR UPDATE OF u",
  "WITH users AS (SELECT * FROM log) SELECT * FROM users",
  "WITH x AS MATERIALIZED (SELECT * FROM users) SELECT * FROM x JOIN orders ON x.id = user_id",
  "WITH RECURSIVE t AS (SELECT id, boss FROM users WHERE boss IS NULL UNION ALL SELECT u.id, u.boss FROM users u JOIN t ON u.boss = t.id) SELECT * FROM t",
  "WITH gone AS (DELETE FROM orders WHERE total < 1 RETURNING *) INSERT INTO log SELECT id, 'gone' FROM gone",
  "WITH users AS (SELECT 1 AS id) DELETE FROM users WHERE id = 1",
  "WITH a AS (INSERT INTO log VALUES (1, 'x') RETURNING id), b AS (UPDATE orders SET total = 0 WHERE id = 1 RETURNING id) SELECT * FROM a, b, items",
  "INSERT INTO log SELECT id, name FROM users",
  "INSERT INTO users VALUES (1, 'x', (SELECT max(id) FROM orders)) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
  "UPDATE orders SET total = (SELECT sum(count) FROM items WHERE order_id = orders.id) FROM users u WHERE u.id = orders.user_id",
  "DELETE FROM orders USING users WHERE users.id = orders.user_id AND NOT EXISTS (SELECT 1 FROM items WHERE order_id = orders.id)",
  "MERGE INTO users USING (SELECT user_id AS id, count(*) AS n FROM orders GROUP BY 1) o ON users.id = o.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (o.id, 'x', NULL)",
  "SELECT * FROM (VALUES (1)) v (id) JOIN (SELECT * FROM users TABLESAMPLE system (50)) t USING (id)",
  "SELECT sum(x) OVER (PARTITION BY (SELECT id FROM log LIMIT 1)) FROM generate_series(1, (SELECT max(count) FROM items)) x",
];

test.each(statements)("%s", async (sql) => {
  const plan = await client.query(`EXPLAIN (VERBOSE, FORMAT JSON) ${sql}`);
  const reported = classify(sql, { database: "test" }).flatMap(({ operations }) =>
    operations.flatMap(({ objects }) => objects.map(({ name, schema = "public" }) => `${schema}.${name}`)),
  );
  expect([...new Set(reported)].sort()).toEqual([...relationsOf(plan.rows[0])].sort());
});

/** Every node of a plan that has a relation, and the target of an INSERT, which scans none. */
function relationsOf(plan: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof plan !== "object" || plan === null) return found;
  const node = plan as Readonly<Record<string, unknown>>;
  if (typeof node["Relation Name"] === "string") found.add(`${node["Schema"]}.${node["Relation Name"]}`);
  for (const value of Object.values(node)) relationsOf(value, found);
  return found;
}
