import type { Case } from "../case.ts";

/** One statement in many spellings: letters, quotes, comments, Unicode, several statements in one message. */
export const escapes: readonly Case[] = [
  { sql: "dElEtE fRoM lOg", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: "DELETE\tFROM\nlog\r\n", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: "DELETE/**/FROM/**/log", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: "/* read only */ DELETE FROM log", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: "-- SELECT 1\nDELETE FROM log", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: "-- SELECT 1\rDELETE FROM log", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: "/* /* nested */ SELECT 1; */ DELETE FROM log",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  { sql: "DELETE FROM log -- WHERE id = 1", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: "DELETE FROM log /* WHERE id = 1 */",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  { sql: "/*! SELECT */ DELETE FROM log", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: "SELECT 1 /* ; */; /* ' */ DELETE FROM log; -- '",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  { sql: 'DELETE FROM "log"', effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  { sql: 'DELETE FROM public."log"', effects: "DELETE · destructive delete DELETE!(w public.log) · writes" },
  {
    sql: 'DELETE FROM "public"."log" AS "SELECT"',
    effects: "DELETE · destructive delete DELETE!(w public.log) · writes",
  },
  { sql: 'DELETE FROM U&"l\\006fg"', effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: "DELETE FROM U&\"l!006fg\" UESCAPE '!'",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  { sql: 'DELETE FROM U&"\\+00006cog"', effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: 'DELETE FROM U&"public"."log"',
    effects: "DELETE · destructive delete DELETE!(w public.log) · writes",
  },
  {
    sql: 'SELECT U&"wip\\0065"()',
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT u&\"wip!0065\" UESCAPE '!' ()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: 'WITH U&"\\0064" AS (DELETE FROM log RETURNING 1) SELECT * FROM d',
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "SELECT '--'; DELETE FROM log; --'",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: "SELECT '/*'; DELETE FROM log; --*/",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: "SELECT $$;$$; DELETE FROM log",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: "SELECT $a$ $$ $a$; DELETE FROM log; SELECT $b$ $a$ $b$",
    effects: [
      "SELECT · read SELECT()",
      "DELETE · destructive delete DELETE!(w log) · writes",
      "SELECT · read SELECT()",
    ],
  },
  { sql: "SELECT 'a'\n'; DELETE FROM log; --'", effects: "SELECT · read SELECT()" },
  { sql: "SELECT 'it''s; DELETE FROM log'", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT '\\'; DELETE FROM log; --'",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  { sql: "SELECT E'\\'; DELETE FROM log; --'", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT E'\\\\'; DELETE FROM log; --'",
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  { sql: "SELECT E'\\047; DELETE FROM log; --'", effects: "SELECT · read SELECT()" },
  { sql: "SELECT U&'\\0027; DELETE FROM log; --'", effects: "SELECT · read SELECT()" },
  {
    sql: 'SELECT "x;y" FROM (SELECT 1 AS "x;y") q; DELETE FROM log',
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: 'SELECT 1; DELETE /* x */ FROM "log"',
    effects: ["SELECT · read SELECT()", "DELETE · destructive delete DELETE!(w log) · writes"],
  },
  {
    sql: "SELECT 1;DELETE FROM log;SELECT 2",
    effects: [
      "SELECT · read SELECT()",
      "DELETE · destructive delete DELETE!(w log) · writes",
      "SELECT · read SELECT()",
    ],
  },
  { sql: ";;DELETE FROM log;;", effects: "DELETE · destructive delete DELETE!(w log) · writes" },
  {
    sql: "SELECT 1; SELECT wipe()",
    effects: [
      "SELECT · read SELECT()",
      "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
    ],
  },
  {
    sql: "SET LOCAL work_mem = '9MB'; SELECT 1; INSERT INTO audit VALUES ('x')",
    effects: [
      "SET · transaction SET() · sets work_mem",
      "SELECT · read SELECT()",
      "INSERT · write insert INSERT(w audit) · writes",
    ],
  },
  {
    sql: "SELECT 1; SET LOCAL search_path = shop; DELETE FROM users",
    effects: [
      "SELECT · read SELECT()",
      "SET · transaction SET() · sets search_path",
      "DELETE · destructive delete DELETE!(w users) · writes",
    ],
  },
  {
    sql: "SAVEPOINT a; DELETE FROM log; RELEASE a",
    effects: [
      "TRANSACTION SAVEPOINT · transaction TRANSACTION SAVEPOINT()",
      "DELETE · destructive delete DELETE!(w log) · writes",
      "TRANSACTION RELEASE · transaction TRANSACTION RELEASE()",
    ],
  },
  {
    sql: "SET TRANSACTION READ ONLY; SELECT 1",
    effects: ["SET · transaction SET() · sets transaction_read_only", "SELECT · read SELECT()"],
  },
  {
    sql: "SET TRANSACTION READ ONLY; DELETE FROM log",
    effects: [
      "SET · transaction SET() · sets transaction_read_only",
      "DELETE · destructive delete DELETE!(w log) · writes",
    ],
    fails: "25006",
  },
  {
    sql: "SELECT wipe ( )",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT\nwipe\n(\n)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: "SELECT wipe/**/()",
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: 'SELECT "wipe"()',
    effects: "SELECT · read SELECT() · write call FUNCTION(r wipe) · writes · escapes",
  },
  {
    sql: 'SELECT "public" . "wipe" ( )',
    effects: "SELECT · read SELECT() · write call FUNCTION(r public.wipe) · writes · escapes",
  },
  {
    sql: "SELECT pg_catalog.nextval('counter')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r pg_catalog.nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT NEXTVAL('counter')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT \"nextval\"('counter')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: 'DELETE FROM "LOG"',
    effects: "DELETE · destructive delete DELETE!(w LOG) · writes",
    fails: "42P01",
  },
  { sql: "SELECT 'DELETE FROM log'", effects: "SELECT · read SELECT()" },
  {
    sql: 'SELECT $$DELETE FROM log$$ AS "DELETE FROM log" -- DELETE FROM log',
    effects: "SELECT · read SELECT()",
  },
  { sql: "SELECT 1 AS delete", effects: "SELECT · read SELECT()" },
  { sql: "SELECT N'x', B'101', X'1F'", effects: "SELECT · read SELECT()" },
  { sql: "(((SELECT 1)))", effects: "SELECT · read SELECT()" },
  {
    sql: "((WITH d AS (DELETE FROM log RETURNING 1) (((SELECT * FROM d)))))",
    effects: "SELECT · read SELECT() · destructive delete DELETE!(w log) · writes",
  },
  { sql: "SELECT 1 AS é", effects: "SELECT · read SELECT()" },
  {
    sql: "DELETE FROM log WHERE id = 1 OR true",
    effects: "DELETE · destructive delete DELETE!(w log) · writes",
  },
  {
    sql: "DELETE FROM log WHERE what IN (SELECT what FROM log) OR NOT false",
    effects: "DELETE · destructive delete DELETE!(w log, r log) · writes",
  },
  {
    sql: "DELETE FROM log AS id WHERE id IS NOT NULL",
    effects: "DELETE · write delete DELETE(w log) · writes",
  },
];
