import type { Case } from "../case.ts";

/** EXPLAIN plans, EXPLAIN ANALYZE runs; the word ANALYZE has many spellings. */
export const explain: readonly Case[] = [
  { sql: "EXPLAIN SELECT * FROM users", effects: "EXPLAIN · read EXPLAIN(r users)" },
  { sql: "EXPLAIN DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  {
    sql: "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) UPDATE stock SET count = 0",
    effects: "EXPLAIN · read EXPLAIN(r stock)",
  },
  { sql: "EXPLAIN INSERT INTO log VALUES (1, 'x')", effects: "EXPLAIN · read EXPLAIN(r log)" },
  {
    sql: "EXPLAIN MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DELETE",
    effects: "EXPLAIN · read EXPLAIN(r stock, r staged)",
  },
  {
    sql: "EXPLAIN WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d",
    effects: "EXPLAIN · read EXPLAIN(r log)",
  },
  { sql: "EXPLAIN CREATE TABLE x AS SELECT * FROM users", effects: "EXPLAIN · read EXPLAIN(r users, r x)" },
  {
    sql: "EXPLAIN CREATE MATERIALIZED VIEW x AS SELECT * FROM users",
    effects: "EXPLAIN · read EXPLAIN(r users, r x)",
  },
  { sql: "EXPLAIN SELECT * INTO x FROM users", effects: "EXPLAIN · read EXPLAIN(r x, r users)" },
  { sql: "EXPLAIN DECLARE c CURSOR FOR SELECT * FROM users", effects: "EXPLAIN · read EXPLAIN(r users)" },
  { sql: "EXPLAIN SELECT nextval('counter'), setval('counter', 5)", effects: "EXPLAIN · read EXPLAIN()" },
  { sql: "EXPLAIN SELECT lo_unlink(4242), pg_terminate_backend(0)", effects: "EXPLAIN · read EXPLAIN()" },
  {
    sql: "EXPLAIN SELECT wipe()",
    effects: "EXPLAIN · read EXPLAIN() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "EXPLAIN SELECT planned()",
    effects: "EXPLAIN · read EXPLAIN() · write call FUNCTION(r planned) · writes · escapes",
  },
  {
    sql: "EXPLAIN SELECT query_to_xml('SELECT wipe()', true, false, '')",
    effects: "EXPLAIN · read EXPLAIN()",
  },
  { sql: "EXPLAIN (ANALYZE false) DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  { sql: "EXPLAIN (ANALYZE off) DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  { sql: "EXPLAIN (ANALYZE 0) DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  { sql: "EXPLAIN (ANALYZE 'false') DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  { sql: "EXPLAIN (ANALYZE FALSE, VERBOSE) DELETE FROM log", effects: "EXPLAIN · read EXPLAIN(r log)" },
  {
    sql: "EXPLAIN (ANALYZE on, ANALYZE off) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE off, ANALYZE) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN ANALYSE DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE VERBOSE DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYSE) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE true, BUFFERS) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE on) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE 1) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE 'on') DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (ANALYZE TRUE) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: 'EXPLAIN (ANALYZE "true") DELETE FROM log',
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: 'EXPLAIN ("analyze" on) DELETE FROM log',
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN (VERBOSE, FORMAT XML, analyze, TIMING OFF) DELETE FROM log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: 'EXPLAIN (U&"analyz\\0065") DELETE FROM log',
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "explain/**/analyze delete from log",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE SELECT wipe()",
    effects:
      "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "EXPLAIN ANALYZE SELECT nextval('counter')",
    effects:
      "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "EXPLAIN ANALYZE INSERT INTO log DEFAULT VALUES",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write insert INSERT(w log) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE UPDATE stock SET count = 0 WHERE id = 1",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write update UPDATE(w stock) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DELETE",
    effects:
      "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write merge MERGE(w stock, r staged) · write delete MERGE DELETE(w stock) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d",
    effects:
      "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE SELECT * INTO x FROM users",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write define SELECT INTO(d x, r users) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1 AS a",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write define CREATE TABLE AS(d x) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE CREATE MATERIALIZED VIEW x AS SELECT 1 AS a",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write define CREATE MATERIALIZED VIEW(d x) · writes",
  },
  {
    sql: "EXPLAIN ANALYZE DECLARE c CURSOR FOR SELECT wipe()",
    effects:
      "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · read DECLARE CURSOR() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "EXPLAIN ANALYZE SELECT * FROM users",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · read SELECT(r users)",
  },
  {
    sql: "EXPLAIN ANALYZE EXECUTE p",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS DELETE FROM log"],
  },
  {
    sql: "EXPLAIN (ANALYZE) EXECUTE p(1)",
    effects: "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (int) AS DELETE FROM log WHERE id = $1"],
  },
  {
    sql: "EXPLAIN ANALYZE CREATE TABLE x AS EXECUTE p",
    effects:
      "EXPLAIN ANALYZE · read EXPLAIN ANALYZE() · write define CREATE TABLE AS(d x) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS SELECT wipe()"],
  },
  {
    sql: "EXPLAIN EXECUTE p",
    effects: "EXPLAIN · read EXPLAIN() · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS DELETE FROM log"],
  },
  {
    sql: "EXPLAIN EXECUTE p(1)",
    effects: "EXPLAIN · read EXPLAIN() · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (int) AS DELETE FROM log WHERE id = $1"],
  },
  {
    sql: "EXPLAIN EXECUTE p(wipe())",
    effects:
      "EXPLAIN · read EXPLAIN() · write call FUNCTION(r wipe) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (bigint) AS SELECT $1"],
  },
  {
    sql: "EXPLAIN EXECUTE p(nextval('counter'))",
    effects:
      "EXPLAIN · read EXPLAIN() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (bigint) AS SELECT $1"],
  },
  {
    sql: "EXPLAIN (ANALYZE off) EXECUTE p(setval('counter', 99))",
    effects:
      "EXPLAIN · read EXPLAIN() · write call FUNCTION(r setval) · write update SETVAL(w counter) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (bigint) AS SELECT $1"],
  },
  {
    sql: "EXPLAIN EXECUTE p(lo_unlink(4242))",
    effects:
      "EXPLAIN · read EXPLAIN() · write call FUNCTION(r lo_unlink) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (int) AS SELECT $1"],
  },
  {
    sql: "EXPLAIN EXECUTE p(query_to_xml('SELECT wipe()', true, false, '')::text)",
    effects:
      "EXPLAIN · read EXPLAIN() · write call FUNCTION(r query_to_xml) · read SELECT() · write call FUNCTION(r wipe) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (text) AS SELECT $1"],
  },
  {
    sql: "EXPLAIN EXECUTE p(pg_terminate_backend(0))",
    effects:
      "EXPLAIN · read EXPLAIN() · admin admin FUNCTION(r pg_terminate_backend) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (boolean) AS SELECT $1"],
  },
  {
    sql: "EXPLAIN CREATE TABLE x AS EXECUTE p(nextval('counter'))",
    effects:
      "EXPLAIN · read EXPLAIN(r x) · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (bigint) AS SELECT $1"],
  },
];
