import type { Case } from "../case.ts";

/** PREPARE keeps a statement under a name; EXECUTE does what that statement does. */
export const prepared: readonly Case[] = [
  { sql: "PREPARE p AS SELECT 1", effects: "PREPARE · transaction PREPARE() · read SELECT()" },
  {
    sql: "PREPARE p AS DELETE FROM log",
    effects: "PREPARE · transaction PREPARE() · destructive delete DELETE!(w log)",
  },
  {
    sql: "PREPARE p (int) AS UPDATE stock SET count = $1 WHERE id = 1",
    effects: "PREPARE · transaction PREPARE() · write update UPDATE(w stock)",
  },
  {
    sql: "PREPARE p AS WITH d AS (DELETE FROM log RETURNING 1) SELECT * FROM d",
    effects: "PREPARE · transaction PREPARE() · read SELECT() · destructive delete DELETE!(w log)",
  },
  {
    sql: "PREPARE p AS SELECT wipe()",
    effects: "PREPARE · transaction PREPARE() · read SELECT() · write call FUNCTION(r wipe)",
  },
  {
    sql: "PREPARE p AS VALUES (nextval('counter'))",
    effects:
      "PREPARE · transaction PREPARE() · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter)",
  },
  {
    sql: "PREPARE p AS MERGE INTO stock USING staged s ON stock.id = s.id WHEN MATCHED THEN DELETE",
    effects:
      "PREPARE · transaction PREPARE() · write merge MERGE(w stock, r staged) · write delete MERGE DELETE(w stock)",
  },
  {
    sql: "PREPARE p (unknown) AS INSERT INTO log (what) VALUES ($1)",
    effects: "PREPARE · transaction PREPARE() · write insert INSERT(w log)",
  },
  {
    sql: "EXECUTE p",
    effects: "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS DELETE FROM log"],
  },
  {
    sql: "EXECUTE p",
    effects: "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS SELECT 1"],
  },
  {
    sql: "EXECUTE p(7)",
    effects: "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (int) AS UPDATE stock SET count = $1"],
  },
  {
    sql: "EXECUTE p(wipe())",
    effects: "EXECUTE · write call FUNCTION(r wipe) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (bigint) AS SELECT $1"],
  },
  {
    sql: "EXECUTE p(nextval('counter'))",
    effects:
      "EXECUTE · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (bigint) AS SELECT $1"],
  },
  {
    sql: "CREATE TABLE x AS EXECUTE p",
    effects:
      "CREATE TABLE AS · write define CREATE TABLE AS(d x) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS SELECT wipe() AS n"],
  },
  {
    sql: "CREATE TEMP TABLE x ON COMMIT DROP AS EXECUTE p (1)",
    effects:
      "CREATE TABLE AS · write define CREATE TABLE AS(d x) · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p (int) AS SELECT $1 AS n"],
  },
  {
    sql: 'EXECUTE "P p"',
    effects: "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    after: ['PREPARE "P p" AS DELETE FROM log'],
  },
  { sql: "DEALLOCATE p", effects: "DEALLOCATE · transaction DEALLOCATE()", after: ["PREPARE p AS SELECT 1"] },
  {
    sql: "DEALLOCATE PREPARE ALL",
    effects: "DEALLOCATE · transaction DEALLOCATE()",
    after: ["PREPARE p AS SELECT 1"],
  },
  {
    sql: "PREPARE p AS SELECT 1; EXECUTE p",
    effects: [
      "PREPARE · transaction PREPARE() · read SELECT()",
      "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    ],
  },
  {
    sql: "PREPARE p AS DELETE FROM log; EXECUTE p",
    effects: [
      "PREPARE · transaction PREPARE() · destructive delete DELETE!(w log)",
      "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    ],
  },
  {
    sql: "PREPARE p AS SELECT 1; DEALLOCATE p; PREPARE p AS DELETE FROM log; EXECUTE p",
    effects: [
      "PREPARE · transaction PREPARE() · read SELECT()",
      "DEALLOCATE · transaction DEALLOCATE()",
      "PREPARE · transaction PREPARE() · destructive delete DELETE!(w log)",
      "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    ],
  },
  {
    sql: "EXECUTE nothing",
    effects: "EXECUTE · destructive unknown EXECUTE() · writes · escapes",
    fails: "26000",
  },
];
