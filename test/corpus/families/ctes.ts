import type { Case } from "../case.ts";

/** A WITH clause can write wherever it stands on the outermost level, and read everywhere else. */
export const ctes: readonly Case[] = [
  {
    sql: "WITH d AS (DELETE FROM log RETURNING 1) SELECT count(*) FROM d",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH d AS (DELETE FROM log WHERE id = 1 RETURNING *) TABLE d",
    effects: "SELECT · read SELECT() · write delete DELETE(w log) · writes",
  },
  {
    sql: "WITH d AS (DELETE FROM log) SELECT 1",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH d AS MATERIALIZED (UPDATE stock SET count = 0 RETURNING id), i AS NOT MATERIALIZED (INSERT INTO audit SELECT 'x' FROM d RETURNING 1) SELECT * FROM i",
    effects:
      "SELECT · read SELECT() · destructive update UPDATE!(w stock) · write insert INSERT(w audit) · writes",
  },
  {
    sql: "WITH a AS (SELECT 1), b AS (SELECT * FROM a), c AS (DELETE FROM log RETURNING *) SELECT * FROM b",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3), d AS (DELETE FROM log WHERE id IN (SELECT n FROM r) RETURNING id) SELECT * FROM d",
    effects: "SELECT · read SELECT() · write delete DELETE(w log) · writes",
  },
  {
    sql: "WITH moved AS (DELETE FROM stock WHERE id = 1 RETURNING id, count) INSERT INTO log (what) SELECT id::text FROM moved",
    effects: "INSERT · write insert INSERT(w log) · write delete DELETE(w stock) · writes",
  },
  {
    sql: "WITH x AS (INSERT INTO audit VALUES ('a') RETURNING what) UPDATE stock SET sku = (SELECT what FROM x) WHERE id = 1",
    effects: "UPDATE · write update UPDATE(w stock) · write insert INSERT(w audit) · writes",
  },
  {
    sql: "WITH x AS (SELECT 1) DELETE FROM log WHERE id IN (SELECT * FROM x)",
    effects: "DELETE · write delete DELETE(w log) · writes",
  },
  {
    sql: "WITH log AS (SELECT 5 AS id) DELETE FROM log",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH stock AS (SELECT * FROM staged) SELECT * FROM stock",
    effects: "SELECT · read SELECT(r staged)",
  },
  {
    sql: "WITH u AS (UPDATE stock SET count = 1 WHERE id = 1 RETURNING *) SELECT (SELECT count(*) FROM u), EXISTS (TABLE u)",
    effects: "SELECT · read SELECT() · write update UPDATE(w stock) · writes",
  },
  {
    sql: "WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM a",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "WITH m AS (SELECT 1) INSERT INTO audit WITH n AS (SELECT 'x') SELECT * FROM n",
    effects: "INSERT · write insert INSERT(w audit) · writes",
  },
  {
    sql: "SELECT * FROM (WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d) x",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
    fails: "0A000",
  },
  {
    sql: "SELECT (WITH d AS (DELETE FROM log RETURNING 1) SELECT count(*) FROM d)",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
    fails: "0A000",
  },
  {
    sql: "WITH a AS (WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d) SELECT * FROM a",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
    fails: "0A000",
  },
  {
    sql: "CREATE VIEW v AS WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d",
    effects: "CREATE VIEW · write define CREATE VIEW(d v, w log) · writes",
    fails: "0A000",
  },
  {
    sql: "DECLARE c CURSOR FOR WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d",
    effects: "DECLARE CURSOR · read DECLARE CURSOR() · destructive delete DELETE!(w log) · writes",
    fails: "0A000",
  },
  {
    sql: "CREATE TABLE x AS WITH d AS (DELETE FROM log RETURNING *) SELECT * FROM d",
    effects:
      "CREATE TABLE AS · write define CREATE TABLE AS(d x) · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH d AS (DELETE FROM log RETURNING *) SELECT * INTO x FROM d",
    effects: "SELECT INTO · write define SELECT INTO(d x) · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH m AS (MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DELETE RETURNING stock.id) SELECT * FROM m",
    effects:
      "SELECT · read SELECT() · write merge MERGE(w stock, r staged) · write delete MERGE DELETE(w stock) · writes",
    since: 17,
  },
  {
    sql: "WITH d AS (DELETE FROM users RETURNING id) SELECT * FROM d",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w users) · writes",
    also: ["orders", "items"],
  },
  {
    sql: "WITH RECURSIVE t AS (SELECT id, parent FROM tree UNION ALL SELECT tree.id, tree.parent FROM tree JOIN t ON tree.parent = t.id) SEARCH DEPTH FIRST BY id SET o CYCLE id SET c USING p SELECT * FROM t",
    effects: "SELECT · read SELECT(r tree)",
  },
  {
    sql: "WITH x AS (SELECT wipe() AS n) SELECT * FROM x",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "WITH x AS (SELECT 1) SELECT * FROM x WHERE (SELECT wipe()) > 0",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "WITH a AS (DELETE FROM log RETURNING 1), b AS (DELETE FROM audit), c AS (DELETE FROM stock WHERE id = 1), d AS (INSERT INTO staged VALUES (77, 1)) SELECT 'four writes, and none of them read'",
    effects:
      "SELECT · read SELECT() · destructive delete DELETE!(w log) · destructive delete DELETE!(w audit) · write delete DELETE(w stock) · write insert INSERT(w staged) · writes",
  },
  {
    sql: "((WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d))",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "WITH d AS (DELETE FROM log RETURNING 1) (SELECT * FROM d) UNION ALL SELECT 1",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
];
