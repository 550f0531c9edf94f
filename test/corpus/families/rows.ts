import type { Case } from "../case.ts";

/** INSERT, UPDATE, DELETE and MERGE, plain and with all that can stand in them. */
export const rows: readonly Case[] = [
  { sql: "INSERT INTO stock VALUES (9, 'x', 1)", effects: "INSERT · write insert INSERT(w stock) · writes" },
  {
    sql: "INSERT INTO stock (id) VALUES (10), (11) RETURNING id, sku",
    effects: "INSERT · write insert INSERT(w stock) · writes",
  },
  { sql: "INSERT INTO log DEFAULT VALUES", effects: "INSERT · write insert INSERT(w log) · writes" },
  {
    sql: "INSERT INTO log (what) SELECT name FROM users",
    effects: "INSERT · write insert INSERT(w log, r users) · writes",
  },
  {
    sql: "INSERT INTO log OVERRIDING SYSTEM VALUE VALUES (100, 'x')",
    effects: "INSERT · write insert INSERT(w log) · writes",
  },
  {
    sql: "INSERT INTO log (id, what) VALUES (DEFAULT, (SELECT max(name) FROM shop.users))",
    effects: "INSERT · write insert INSERT(w log, r shop.users) · writes",
  },
  {
    sql: "INSERT INTO stock AS s (id, count) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET count = excluded.count WHERE s.count < 100",
    effects: "INSERT · write insert INSERT(w stock) · write update ON CONFLICT UPDATE(w stock) · writes",
  },
  {
    sql: "INSERT INTO stock (id, count) VALUES (1, 5) ON CONFLICT DO NOTHING",
    effects: "INSERT · write insert INSERT(w stock) · writes",
  },
  {
    sql: "INSERT INTO stock (id, count) SELECT * FROM staged ON CONFLICT ON CONSTRAINT stock_pkey DO UPDATE SET count = stock.count + excluded.count",
    effects:
      "INSERT · write insert INSERT(w stock, r staged) · write update ON CONFLICT UPDATE(w stock) · writes",
  },
  {
    sql: "INSERT INTO stock (id, tags[1]) VALUES (12, 'a')",
    effects: "INSERT · write insert INSERT(w stock) · writes",
  },
  {
    sql: "UPDATE stock SET count = count + 1 WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w stock) · writes",
  },
  { sql: "UPDATE stock SET count = 0", effects: "UPDATE · destructive update UPDATE!(w stock) · writes" },
  {
    sql: "UPDATE stock SET count = 0 WHERE true",
    effects: "UPDATE · destructive update UPDATE!(w stock) · writes",
  },
  {
    sql: "UPDATE stock SET count = 0 WHERE 1 = 1",
    effects: "UPDATE · destructive update UPDATE!(w stock) · writes",
  },
  {
    sql: "UPDATE stock SET count = 0 WHERE id = 1 OR true",
    effects: "UPDATE · destructive update UPDATE!(w stock) · writes",
  },
  {
    sql: "UPDATE stock SET count = 0 WHERE id = 1 OR 1 = 1",
    effects: "UPDATE · destructive update UPDATE!(w stock) · writes",
  },
  {
    sql: "UPDATE stock SET count = 0 WHERE id > 1 AND true",
    effects: "UPDATE · write update UPDATE(w stock) · writes",
  },
  {
    sql: "UPDATE stock SET count = 0 WHERE NOT (id = 1 AND false)",
    effects: "UPDATE · destructive update UPDATE!(w stock) · writes",
  },
  {
    sql: "UPDATE ONLY (stock) SET count = 0 WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w stock) · writes",
  },
  {
    sql: "UPDATE stock AS s SET (sku, count) = (SELECT 'x', t.count FROM staged t WHERE t.id = s.id) WHERE s.id = 2 RETURNING *",
    effects: "UPDATE · write update UPDATE(w stock, r staged) · writes",
  },
  {
    sql: "UPDATE stock SET count = t.count FROM staged t WHERE t.id = stock.id",
    effects: "UPDATE · write update UPDATE(w stock, r staged) · writes",
  },
  {
    sql: "UPDATE stock SET tags[1] = 'a', count = DEFAULT WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w stock) · writes",
  },
  {
    sql: "UPDATE users SET id = id + 100 WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w users) · writes",
    also: ["orders"],
  },
  { sql: "DELETE FROM log", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: "DELETE FROM log WHERE true", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: "DELETE FROM log WHERE now() > '2020-01-01'",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "DELETE FROM log WHERE id > 0 OR 'a' = 'a'",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "DELETE FROM log WHERE (SELECT true)",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "DELETE FROM ONLY log WHERE id = 1 RETURNING *",
    effects: "DELETE · write delete DELETE(w log) · writes",
  },
  {
    sql: "DELETE FROM stock USING staged s WHERE s.id = stock.id",
    effects: "DELETE · write delete DELETE(w stock, r staged) · writes",
  },
  {
    sql: "DELETE FROM stock USING staged s",
    effects: "DELETE · destructive delete DELETE!(w stock, r staged) · writes",
  },
  {
    sql: "DELETE FROM stock WHERE id IN (SELECT id FROM staged)",
    effects: "DELETE · write delete DELETE(w stock, r staged) · writes",
  },
  {
    sql: "DELETE FROM users WHERE id = 1",
    effects: "DELETE · write delete DELETE(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "DELETE FROM users",
    effects: "DELETE · destructive delete DELETE!(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "UPDATE users SET id = 50 WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w users) · writes",
    also: ["orders"],
  },
  { sql: "DELETE FROM tree WHERE id = 1", effects: "DELETE · write delete DELETE(w tree) · writes" },
  {
    sql: "MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED AND s.count > 2 THEN DELETE WHEN MATCHED THEN UPDATE SET count = s.count WHEN NOT MATCHED THEN INSERT (id, count) VALUES (s.id, s.count)",
    effects:
      "MERGE · write merge MERGE(w stock, r staged) · write delete MERGE DELETE(w stock) · write update MERGE UPDATE(w stock) · write insert MERGE INSERT(w stock) · writes",
  },
  {
    sql: "MERGE INTO stock USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    effects: "MERGE · write merge MERGE(w stock) · destructive delete MERGE DELETE!(w stock) · writes",
  },
  {
    sql: "MERGE INTO stock s USING (SELECT * FROM staged) t ON s.id = t.id WHEN NOT MATCHED THEN INSERT (id) VALUES (t.id)",
    effects: "MERGE · write merge MERGE(w stock, r staged) · write insert MERGE INSERT(w stock) · writes",
  },
  {
    sql: "MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DO NOTHING",
    effects: "MERGE · write merge MERGE(w stock, r staged) · writes",
  },
  {
    sql: "MERGE INTO stock USING staged s ON stock.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE",
    effects:
      "MERGE · write merge MERGE(w stock, r staged) · destructive delete MERGE DELETE!(w stock) · writes",
    since: 17,
  },
  {
    sql: "MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DELETE RETURNING merge_action(), stock.*",
    effects: "MERGE · write merge MERGE(w stock, r staged) · write delete MERGE DELETE(w stock) · writes",
    since: 17,
  },
  {
    sql: "WITH s AS (SELECT * FROM staged) MERGE INTO stock USING s ON stock.id = s.id WHEN MATCHED THEN UPDATE SET count = 0",
    effects: "MERGE · write merge MERGE(w stock, r staged) · write update MERGE UPDATE(w stock) · writes",
  },
  {
    sql: "INSERT INTO watched VALUES (3, 'c')",
    effects: "INSERT · write insert INSERT(w watched) · writes",
    also: ["audit"],
  },
  {
    sql: "DELETE FROM watched WHERE id = 1",
    effects: "DELETE · write delete DELETE(w watched) · writes",
    also: ["audit"],
  },
  {
    sql: "UPDATE watched SET note = 'x' WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w watched) · writes",
    also: ["audit"],
  },
  {
    sql: "INSERT INTO ruled VALUES (2)",
    effects: "INSERT · write insert INSERT(w ruled) · writes",
    also: ["audit"],
  },
  {
    sql: "DELETE FROM ruled WHERE id = 1",
    effects: "DELETE · write delete DELETE(w ruled) · writes",
    also: ["log"],
  },
  {
    sql: "INSERT INTO user_names VALUES (7, 'seven')",
    effects: "INSERT · write insert INSERT(w user_names) · writes",
    also: ["users"],
  },
  {
    sql: "DELETE FROM user_names WHERE id = 2",
    effects: "DELETE · write delete DELETE(w user_names) · writes",
    also: ["users", "orders", "items"],
  },
  {
    sql: "UPDATE front SET note = 'x' WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w front) · writes",
    also: ["audit"],
  },
  {
    sql: "DELETE FROM front",
    effects: "DELETE · destructive delete DELETE!(w front) · writes",
    also: ["audit"],
  },
  {
    sql: "INSERT INTO events VALUES (3, '2024-02-02')",
    effects: "INSERT · write insert INSERT(w events) · writes",
    also: ["events_2024"],
  },
  {
    sql: "UPDATE events SET at = '2026-01-01' WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w events) · writes",
    also: ["events_2024", "events_rest"],
  },
  {
    sql: "DELETE FROM events",
    effects: "DELETE · destructive delete DELETE!(w events) · writes",
    also: ["events_2024", "events_rest"],
  },
  {
    sql: "INSERT INTO defaulted (id) VALUES (1)",
    effects: "INSERT · write insert INSERT(w defaulted) · writes",
    also: ["log"],
  },
  { sql: "INSERT INTO patient VALUES (1)", effects: "INSERT · write insert INSERT(w patient) · writes" },
  {
    sql: "UPDATE stock SET count = 0 WHERE CURRENT OF c",
    effects: "UPDATE · write update UPDATE(w stock) · writes",
    after: ["DECLARE c CURSOR FOR SELECT * FROM stock", "FETCH c"],
  },
  {
    sql: "DELETE FROM stock WHERE CURRENT OF c",
    effects: "DELETE · write delete DELETE(w stock) · writes",
    after: ["DECLARE c CURSOR FOR SELECT * FROM stock", "FETCH 2 FROM c"],
  },
  { sql: "TRUNCATE log", effects: "TRUNCATE · destructive delete TRUNCATE!(w log) · writes" },
  {
    sql: "TRUNCATE TABLE ONLY stock, staged RESTART IDENTITY",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w stock, w staged) · writes",
  },
  {
    sql: "TRUNCATE log RESTART IDENTITY",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w log) · writes",
  },
  {
    sql: "TRUNCATE users CASCADE",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "TRUNCATE events",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w events) · writes",
    also: ["events_2024", "events_rest"],
  },
  {
    sql: "TRUNCATE watched",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w watched) · writes",
    also: ["audit"],
  },
  {
    sql: "INSERT INTO pg_catalog.pg_description SELECT oid, 'pg_class'::regclass, 0, 'x' FROM pg_class WHERE relname = 'users'",
    effects: "INSERT · admin insert INSERT(w pg_catalog.pg_description, r pg_class) · writes",
  },
  {
    sql: "UPDATE pg_class SET reltuples = 5 WHERE relname = 'users'",
    effects: "UPDATE · admin update UPDATE(w pg_class) · writes",
  },
  {
    sql: "UPDATE pg_settings SET setting = '9MB' WHERE name = 'work_mem'",
    effects:
      "UPDATE · admin update UPDATE(w pg_settings) · destructive unknown SET (COMPUTED NAME)() · writes · sets *",
  },
  {
    sql: "DELETE FROM pg_largeobject WHERE loid = 4242",
    effects: "DELETE · admin delete DELETE(w pg_largeobject) · writes",
  },
  {
    sql: "DELETE FROM stock USING staged s WHERE s.count = 2",
    effects: "DELETE \u00b7 destructive delete DELETE!(w stock, r staged) \u00b7 writes",
  },
  {
    sql: "DELETE FROM stock USING (SELECT 1) AS q (a) WHERE q.a = 1",
    effects: "DELETE \u00b7 destructive delete DELETE!(w stock) \u00b7 writes",
  },
  {
    sql: "DELETE FROM stock AS s WHERE s.id = 1",
    effects: "DELETE \u00b7 write delete DELETE(w stock) \u00b7 writes",
  },
  {
    sql: "DELETE FROM stock WHERE public.stock.id = 1",
    effects: "DELETE \u00b7 write delete DELETE(w stock) \u00b7 writes",
  },
  {
    sql: "DELETE FROM stock WHERE EXISTS (SELECT FROM staged AS t WHERE t.id = 2)",
    effects: "DELETE \u00b7 destructive delete DELETE!(w stock, r staged) \u00b7 writes",
  },
  {
    sql: "DELETE FROM stock WHERE EXISTS (SELECT FROM staged AS t WHERE t.id = stock.id)",
    effects: "DELETE \u00b7 write delete DELETE(w stock, r staged) \u00b7 writes",
  },
  {
    sql: "UPDATE stock AS s SET count = 0 FROM staged AS t WHERE t.count = 2 OR t.id = s.id",
    effects: "UPDATE \u00b7 destructive update UPDATE!(w stock, r staged) \u00b7 writes",
  },
  {
    sql: "DELETE FROM stock WHERE stock = (SELECT s FROM stock AS s WHERE s.id = 1)",
    effects: "DELETE \u00b7 write delete DELETE(w stock, r stock) \u00b7 writes",
  },
  {
    sql: "MERGE INTO stock USING staged s ON s.id = 2 WHEN MATCHED AND s.count = 2 THEN DELETE",
    effects:
      "MERGE \u00b7 write merge MERGE(w stock, r staged) \u00b7 destructive delete MERGE DELETE!(w stock) \u00b7 writes",
  },
];
