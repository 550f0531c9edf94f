import type { Case } from "../case.ts";

/** The ways in which tables were really emptied or filled where nobody was to write, and the reads that look like them. */
export const incidents: readonly Case[] = [
  {
    sql: "DELETE FROM users",
    effects: "DELETE · destructive delete DELETE!(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "WITH d AS (DELETE FROM log RETURNING 1) SELECT count(*) FROM d",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "SELECT wipe()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "EXPLAIN ANALYZE DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "DO $x$ BEGIN EXECUTE 'DEL'||'ETE FROM log'; END $x$",
    effects: "DO · write call DO() · writes · escapes",
  },
  {
    sql: "EXECUTE p",
    effects: "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS DELETE FROM log"],
  },
  {
    sql: "MERGE INTO users u USING (SELECT id FROM users) s ON u.id = s.id WHEN MATCHED THEN DELETE",
    effects: "MERGE · write merge MERGE(w users, r users) · write delete MERGE DELETE(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "TRUNCATE users CASCADE",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "ALTER TABLE users DROP COLUMN name CASCADE",
    effects: "ALTER TABLE · destructive define ALTER TABLE(d users) · writes",
  },
  {
    sql: 'SELECT 1; DELETE /* x */ FROM "log"',
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: "SELECT '--'; DELETE FROM log; --'",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: "COPY log (what) FROM STDIN",
    effects: "COPY FROM · write copy COPY FROM(w log) · writes",
    data: "x\n",
  },
  {
    sql: "CREATE TABLE x AS SELECT * FROM log",
    effects: "CREATE TABLE AS · write define CREATE TABLE AS(d x, r log) · writes",
  },
  {
    sql: "INSERT INTO stock (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET count = 0",
    effects: "INSERT · write insert INSERT(w stock) · write update ON CONFLICT UPDATE(w stock) · writes",
  },
  {
    sql: "SELECT setval('log_id_seq', 1)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r setval) · write update SETVAL(w log_id_seq) · writes · escapes",
  },
  {
    sql: "SELECT lo_create(0)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_create) · writes",
  },
  { sql: "SELECT count(*) FROM log", effects: "SELECT · read SELECT(r log)" },
  { sql: "EXPLAIN DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  { sql: "SHOW search_path", effects: "SHOW · read SHOW()" },
  { sql: "COPY log TO STDOUT", effects: "COPY TO · copy COPY TO(r log)" },
  {
    sql: "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    effects: [
      "DROP SCHEMA · destructive define DROP SCHEMA!(d public) · writes",
      "CREATE SCHEMA · write define CREATE SCHEMA(d public) · writes",
    ],
  },
  {
    sql: 'DROP TABLE "users" CASCADE',
    effects: "DROP TABLE · destructive define DROP TABLE!(d users) · writes",
  },
  {
    sql: "DROP DATABASE crm WITH (FORCE)",
    effects: "DROP DATABASE · admin admin DROP DATABASE!(d crm) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "TRUNCATE log, stock, staged CASCADE",
    effects: "TRUNCATE · destructive delete TRUNCATE!(w log, w stock, w staged) · writes",
  },
  {
    sql: "DELETE FROM stock WHERE sku LIKE 'ZT-%'",
    effects: "DELETE · write delete DELETE(w stock) · writes",
  },
  {
    sql: "DELETE FROM orders WHERE user_id = (SELECT id FROM users WHERE name = 'user 1')",
    effects: "DELETE · write delete DELETE(w orders, r users) · writes",
    also: ["items"],
  },
  {
    sql: "DELETE FROM orders WHERE user_id = 2 AND id BETWEEN 1 AND 100",
    effects: "DELETE · write delete DELETE(w orders) · writes",
    also: ["items"],
  },
  {
    sql: "SELECT 1; COMMIT; DROP TABLE log",
    effects: [
      "SELECT · read SELECT()",
      "TRANSACTION COMMIT · transaction TRANSACTION COMMIT()",
      "DROP TABLE · destructive define DROP TABLE!(d log) · writes",
    ],
    unasked: "it ends the transaction that the corpus measures in",
  },
  {
    sql: "ALTER TABLE log DISABLE TRIGGER ALL; DELETE FROM log",
    effects: [
      "ALTER TABLE · write define ALTER TABLE(d log) · writes",
      "DELETE · destructive delete DELETE!(w log) · writes",
    ],
  },
];
