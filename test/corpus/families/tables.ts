import type { Case } from "../case.ts";

/** Tables and what hangs on them: columns, indexes, triggers, rules, views, policies. */
export const tables: readonly Case[] = [
  { sql: "CREATE TABLE x (a int)", effects: "CREATE TABLE · write define CREATE TABLE(d x) · writes" },
  {
    sql: "CREATE TABLE IF NOT EXISTS users (a int)",
    effects: "CREATE TABLE · write define CREATE TABLE(d users) · writes",
  },
  {
    sql: "CREATE TEMP TABLE x (a int) ON COMMIT DELETE ROWS",
    effects: "CREATE TABLE · write define CREATE TABLE(d x) · writes",
  },
  {
    sql: "CREATE UNLOGGED TABLE shop.x (a serial PRIMARY KEY, b int REFERENCES users ON DELETE CASCADE, c int GENERATED ALWAYS AS IDENTITY)",
    effects: "CREATE TABLE · write define CREATE TABLE(d shop.x, r users) · writes",
  },
  {
    sql: "CREATE TABLE x (LIKE users INCLUDING ALL, CHECK (id > 0))",
    effects: "CREATE TABLE · write define CREATE TABLE(d x, r users) · writes",
  },
  {
    sql: "CREATE TABLE x () INHERITS (stock)",
    effects: "CREATE TABLE · write define CREATE TABLE(d x, r stock) · writes",
  },
  { sql: "CREATE TABLE x OF pair", effects: "CREATE TABLE · write define CREATE TABLE(d x) · writes" },
  {
    sql: "CREATE TABLE x (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
    effects: "CREATE TABLE · write define CREATE TABLE(d x) · writes",
  },
  {
    sql: "CREATE TABLE x (a bigint DEFAULT wipe(), CHECK (spied(a::int)))",
    effects: "CREATE TABLE · write define CREATE TABLE(d x) · writes",
  },
  {
    sql: "CREATE TABLE x PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')",
    effects: "CREATE TABLE · write define CREATE TABLE(d x, r events) · writes",
  },
  {
    sql: "CREATE TABLE x (a int) PARTITION BY LIST (a)",
    effects: "CREATE TABLE · write define CREATE TABLE(d x) · writes",
  },
  {
    sql: "CREATE TABLE x AS SELECT * FROM users",
    effects: "CREATE TABLE AS · write define CREATE TABLE AS(d x, r users) · writes",
  },
  {
    sql: "CREATE TABLE IF NOT EXISTS x (a, b) AS VALUES (1, 2) WITH NO DATA",
    effects: "CREATE TABLE AS · write define CREATE TABLE AS(d x) · writes",
  },
  {
    sql: "CREATE TABLE x AS SELECT wipe() AS n",
    effects:
      "CREATE TABLE AS · write define CREATE TABLE AS(d x) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "CREATE TABLE x AS TABLE users WITH DATA",
    effects: "CREATE TABLE AS · write define CREATE TABLE AS(d x, r users) · writes",
  },
  {
    sql: "SELECT * INTO x FROM users",
    effects: "SELECT INTO · write define SELECT INTO(d x, r users) · writes",
  },
  {
    sql: "SELECT id INTO TEMP TABLE x FROM users UNION SELECT id FROM orders",
    effects: "SELECT INTO · write define SELECT INTO(d x, r users, r orders) · writes",
  },
  {
    sql: "SELECT wipe() AS n INTO UNLOGGED x",
    effects: "SELECT INTO · write define SELECT INTO(d x) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "WITH a AS (SELECT 1 AS b) SELECT b INTO x FROM a",
    effects: "SELECT INTO · write define SELECT INTO(d x) · writes",
  },
  { sql: "(SELECT 1 AS a INTO x)", effects: "SELECT INTO · write define SELECT INTO(d x) · writes" },
  {
    sql: "ALTER TABLE stock ADD COLUMN extra int DEFAULT 5",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock ADD COLUMN extra bigint DEFAULT wipe()",
    effects:
      "ALTER TABLE · write define ALTER TABLE(d stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "ALTER TABLE stock ADD COLUMN extra int GENERATED ALWAYS AS (id * 2) STORED",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock DROP COLUMN count",
    effects: "ALTER TABLE · destructive define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE IF EXISTS stock DROP COLUMN IF EXISTS nothing",
    effects: "ALTER TABLE · destructive define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock ALTER COLUMN count TYPE bigint",
    effects: "ALTER TABLE · destructive define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock ALTER COLUMN count TYPE bigint USING wipe()",
    effects:
      "ALTER TABLE · destructive define ALTER TABLE(d stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "ALTER TABLE stock ALTER count SET DEFAULT wipe(), ALTER count SET NOT NULL",
    effects:
      "ALTER TABLE · write define ALTER TABLE(d stock) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "ALTER TABLE stock ALTER COLUMN sku SET STORAGE EXTERNAL, ALTER COLUMN sku SET STATISTICS 5",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock ADD CONSTRAINT positive CHECK (count >= 0) NOT VALID",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock ADD CHECK (spied(id))",
    effects:
      "ALTER TABLE · write define ALTER TABLE(d stock) · write call FUNCTION(r spied) · writes · escapes",
  },
  {
    sql: "ALTER TABLE stock ADD FOREIGN KEY (id) REFERENCES users NOT VALID",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock, r users) · writes",
  },
  {
    sql: "ALTER TABLE stock DROP CONSTRAINT stock_pkey CASCADE",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey",
    effects: "ALTER TABLE · write define ALTER TABLE(d orders) · writes",
  },
  {
    sql: "ALTER TABLE stock ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE guarded DISABLE ROW LEVEL SECURITY",
    effects: "ALTER TABLE · write define ALTER TABLE(d guarded) · writes",
  },
  {
    sql: "ALTER TABLE watched DISABLE TRIGGER ALL",
    effects: "ALTER TABLE · write define ALTER TABLE(d watched) · writes",
  },
  {
    sql: "ALTER TABLE watched ENABLE ALWAYS TRIGGER watching",
    effects: "ALTER TABLE · write define ALTER TABLE(d watched) · writes",
  },
  {
    sql: "ALTER TABLE ruled DISABLE RULE more",
    effects: "ALTER TABLE · write define ALTER TABLE(d ruled) · writes",
  },
  {
    sql: "ALTER TABLE stock SET UNLOGGED",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock SET (fillfactor = 50), CLUSTER ON stock_pkey",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock REPLICA IDENTITY FULL",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock OWNER TO corpus_owner",
    effects: "ALTER TABLE · admin grant ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock RENAME TO renamed",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock RENAME COLUMN count TO amount",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock RENAME CONSTRAINT stock_pkey TO other",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER TABLE stock SET SCHEMA shop",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock, d shop.stock) · writes",
  },
  {
    sql: "ALTER TABLE events DETACH PARTITION events_2024",
    effects: "ALTER TABLE · write define ALTER TABLE(d events, d events_2024) · writes",
  },
  {
    sql: "ALTER TABLE events ATTACH PARTITION x FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')",
    effects: "ALTER TABLE · write define ALTER TABLE(d events, d x) · writes",
    after: ["CREATE TABLE x (id int, at date)"],
  },
  {
    sql: "ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY",
    effects: "ALTER TABLE · write define ALTER TABLE(d events, d events_2024) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default NOWAIT",
    effects:
      "ALTER TABLE ALL IN TABLESPACE · admin admin ALTER TABLE ALL IN TABLESPACE(d pg_default) · writes",
  },
  {
    sql: "ALTER TABLE stock SET TABLESPACE pg_default",
    effects: "ALTER TABLE · write define ALTER TABLE(d stock) · writes",
  },
  {
    sql: "ALTER INDEX stock_pkey RENAME TO other",
    effects: "ALTER INDEX · write define ALTER INDEX(d stock_pkey) · writes",
  },
  {
    sql: "ALTER INDEX stock_pkey SET (fillfactor = 50)",
    effects: "ALTER INDEX · write define ALTER INDEX(d stock_pkey) · writes",
  },
  {
    sql: "CREATE INDEX ON stock (sku)",
    effects: "CREATE INDEX · write define CREATE INDEX(d stock) · writes",
  },
  {
    sql: "CREATE UNIQUE INDEX IF NOT EXISTS i ON stock USING btree (lower(sku) DESC) INCLUDE (count) WHERE count > 0",
    effects: "CREATE INDEX · write define CREATE INDEX(d stock) · writes",
  },
  {
    sql: "CREATE INDEX i ON stock (wipe())",
    effects:
      "CREATE INDEX · write define CREATE INDEX(d stock) · write call FUNCTION(r wipe) · writes · escapes",
    fails: "42P17",
  },
  {
    sql: "CREATE INDEX i ON stock ((planned() + id))",
    effects:
      "CREATE INDEX · write define CREATE INDEX(d stock) · write call FUNCTION(r planned) · writes · escapes",
  },
  {
    sql: "CREATE INDEX CONCURRENTLY i ON stock (sku)",
    effects: "CREATE INDEX · write define CREATE INDEX(d stock) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "CREATE VIEW v AS SELECT * FROM users",
    effects: "CREATE VIEW · write define CREATE VIEW(d v, r users) · writes",
  },
  {
    sql: "CREATE OR REPLACE TEMP VIEW v (n) AS SELECT wipe()",
    effects: "CREATE VIEW · write define CREATE VIEW(d v) · writes",
  },
  {
    sql: "CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 3",
    effects: "CREATE VIEW · write define CREATE VIEW(d v) · writes",
  },
  {
    sql: "CREATE VIEW v WITH (security_barrier) AS SELECT id FROM users WHERE id > 1 WITH CHECK OPTION",
    effects: "CREATE VIEW · write define CREATE VIEW(d v, r users) · writes",
  },
  {
    sql: "CREATE MATERIALIZED VIEW v AS SELECT * FROM users",
    effects: "CREATE MATERIALIZED VIEW · write define CREATE MATERIALIZED VIEW(d v, r users) · writes",
  },
  {
    sql: "CREATE MATERIALIZED VIEW v AS SELECT wipe() AS n",
    effects:
      "CREATE MATERIALIZED VIEW · write define CREATE MATERIALIZED VIEW(d v) · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a WITH NO DATA",
    effects: "CREATE MATERIALIZED VIEW · write define CREATE MATERIALIZED VIEW(d v) · writes",
  },
  {
    sql: "REFRESH MATERIALIZED VIEW totals",
    effects: "REFRESH MATERIALIZED VIEW · write update REFRESH MATERIALIZED VIEW(w totals) · writes",
  },
  {
    sql: "REFRESH MATERIALIZED VIEW totals WITH NO DATA",
    effects: "REFRESH MATERIALIZED VIEW · write update REFRESH MATERIALIZED VIEW(w totals) · writes",
  },
  {
    sql: "REFRESH MATERIALIZED VIEW CONCURRENTLY totals",
    effects: "REFRESH MATERIALIZED VIEW · write update REFRESH MATERIALIZED VIEW(w totals) · writes",
    after: ["CREATE UNIQUE INDEX ON totals (user_id)"],
  },
  {
    sql: "ALTER VIEW user_names RENAME TO other",
    effects: "ALTER VIEW · write define ALTER VIEW(d user_names) · writes",
  },
  {
    sql: "ALTER VIEW user_names ALTER COLUMN name SET DEFAULT 'x'",
    effects: "ALTER VIEW · write define ALTER VIEW(d user_names) · writes",
  },
  {
    sql: "ALTER MATERIALIZED VIEW totals SET SCHEMA shop",
    effects:
      "ALTER MATERIALIZED VIEW · write define ALTER MATERIALIZED VIEW(d totals, d shop.totals) · writes",
  },
  {
    sql: "CREATE RULE r AS ON INSERT TO stock DO INSTEAD NOTHING",
    effects: "CREATE RULE · write define CREATE RULE(d stock) · writes",
  },
  {
    sql: "CREATE OR REPLACE RULE r AS ON UPDATE TO stock WHERE old.id = 1 DO ALSO (DELETE FROM log; INSERT INTO audit VALUES ('x'))",
    effects: "CREATE RULE · write define CREATE RULE(d stock, w log, w audit) · writes",
  },
  {
    sql: "ALTER RULE more ON ruled RENAME TO another",
    effects: "ALTER RULE · write define ALTER RULE(d ruled) · writes",
  },
  {
    sql: "CREATE TRIGGER g BEFORE INSERT OR UPDATE OF sku ON stock FOR EACH ROW WHEN (new.id > 0) EXECUTE FUNCTION note()",
    effects: "CREATE TRIGGER · write define CREATE TRIGGER(d stock) · writes",
  },
  {
    sql: "CREATE CONSTRAINT TRIGGER g AFTER DELETE ON stock DEFERRABLE FOR EACH ROW EXECUTE PROCEDURE note()",
    effects: "CREATE TRIGGER · write define CREATE TRIGGER(d stock) · writes",
  },
  {
    sql: "ALTER TRIGGER watching ON watched RENAME TO other",
    effects: "ALTER TRIGGER · write define ALTER TRIGGER(d watched) · writes",
  },
  {
    sql: "CREATE POLICY p ON stock FOR SELECT TO corpus_reader USING (spied(id))",
    effects: "CREATE POLICY · write define CREATE POLICY(d stock) · writes",
  },
  {
    sql: "ALTER POLICY spying ON guarded USING (true)",
    effects: "ALTER POLICY · write define ALTER POLICY(d guarded) · writes",
  },
  {
    sql: "ALTER POLICY spying ON guarded RENAME TO other",
    effects: "ALTER POLICY · write define ALTER POLICY(d guarded) · writes",
  },
  {
    sql: "CREATE STATISTICS st (dependencies) ON sku, count FROM stock",
    effects: "CREATE STATISTICS · write define CREATE STATISTICS(d st, r stock) · writes",
  },
  {
    sql: "ALTER STATISTICS st SET STATISTICS 5",
    effects: "ALTER STATISTICS · write define ALTER STATISTICS(d st) · writes",
    after: ["CREATE STATISTICS st ON sku, count FROM stock"],
  },
  {
    sql: "CREATE FOREIGN TABLE x (a int) SERVER s",
    effects: "CREATE FOREIGN TABLE · admin define CREATE FOREIGN TABLE(d x) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "ALTER FOREIGN TABLE x ADD COLUMN b int",
    effects: "ALTER FOREIGN TABLE · admin define ALTER FOREIGN TABLE(d x) · writes",
    after: [
      "CREATE FOREIGN DATA WRAPPER w",
      "CREATE SERVER s FOREIGN DATA WRAPPER w",
      "CREATE FOREIGN TABLE x (a int) SERVER s",
    ],
  },
  { sql: "COMMENT ON TABLE stock IS 'x'", effects: "COMMENT · write define COMMENT(d stock) · writes" },
  { sql: "COMMENT ON COLUMN stock.sku IS NULL", effects: "COMMENT · write define COMMENT(d stock) · writes" },
  {
    sql: "COMMENT ON TRIGGER watching ON watched IS 'x'",
    effects: "COMMENT · write define COMMENT(d watched) · writes",
  },
  {
    sql: "SECURITY LABEL ON TABLE stock IS 'x'",
    effects: "SECURITY LABEL · admin grant SECURITY LABEL(d stock) · writes",
    fails: "22023",
  },
];
