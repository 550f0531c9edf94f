import type { Case } from "../case.ts";

/** What moves a sequence survives a rollback, but for ALTER SEQUENCE. */
export const sequences: readonly Case[] = [
  {
    sql: "SELECT nextval('counter')",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT nextval('public.counter'::regclass)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w public.counter) · writes · escapes",
  },
  {
    sql: "SELECT nextval('\"counter\"')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r nextval) · writes · escapes",
  },
  {
    sql: "SELECT setval('counter', 100)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r setval) · write update SETVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT setval('counter', 100, false)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r setval) · write update SETVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT pg_catalog.setval('counter'::text::regclass, 7)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r pg_catalog.setval) · writes · escapes",
  },
  {
    sql: "SELECT setval(oid, 9) FROM pg_class WHERE relname = 'counter'",
    effects: "SELECT · read SELECT(r pg_class) · write call FUNCTION(r setval) · writes · escapes",
  },
  {
    sql: "SELECT nextval('counter') FROM generate_series(1, 3)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT * FROM generate_series(1, nextval('counter'))",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT 1 WHERE nextval('counter') > 0",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT CASE WHEN nextval('counter') > 0 THEN 1 END",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "SELECT name FROM users ORDER BY nextval('counter')",
    effects:
      "SELECT · read SELECT(r users) · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "INSERT INTO stock (id) VALUES (nextval('counter') + 100)",
    effects:
      "INSERT · write insert INSERT(w stock) · write call FUNCTION(r nextval) · write update NEXTVAL(w counter) · writes · escapes",
  },
  {
    sql: "CREATE SEQUENCE made START 5 INCREMENT 2 CACHE 3 CYCLE OWNED BY stock.id",
    effects: "CREATE SEQUENCE · write define CREATE SEQUENCE(d made) · writes",
  },
  {
    sql: "CREATE TEMP SEQUENCE made",
    effects: "CREATE SEQUENCE · write define CREATE SEQUENCE(d made) · writes",
  },
  {
    sql: "ALTER SEQUENCE counter RESTART WITH 50",
    effects: "ALTER SEQUENCE · write define ALTER SEQUENCE(d counter) · writes",
  },
  {
    sql: "ALTER SEQUENCE counter INCREMENT 5 NO MAXVALUE",
    effects: "ALTER SEQUENCE · write define ALTER SEQUENCE(d counter) · writes",
  },
  {
    sql: "ALTER SEQUENCE counter OWNED BY stock.id",
    effects: "ALTER SEQUENCE · write define ALTER SEQUENCE(d counter) · writes",
  },
  {
    sql: "ALTER SEQUENCE counter RENAME TO other",
    effects: "ALTER SEQUENCE · write define ALTER SEQUENCE(d counter) · writes",
  },
  {
    sql: "ALTER SEQUENCE counter SET SCHEMA shop",
    effects: "ALTER SEQUENCE · write define ALTER SEQUENCE(d counter, d shop.counter) · writes",
  },
  {
    sql: "DROP SEQUENCE counter",
    effects: "DROP SEQUENCE · destructive define DROP SEQUENCE!(d counter) · writes",
  },
  { sql: "DISCARD SEQUENCES", effects: "DISCARD SEQUENCES · transaction DISCARD SEQUENCES()" },
  { sql: "TABLE counter", effects: "SELECT · read SELECT(r counter)" },
  { sql: "SELECT pg_sequence_last_value('counter')", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT start_value FROM pg_sequence_parameters('counter'::regclass)",
    effects: "SELECT · read SELECT()",
  },
  {
    sql: "UPDATE counter SET last_value = 9",
    effects: "UPDATE · destructive update UPDATE!(w counter) · writes",
    fails: "42809",
  },
  {
    sql: "ALTER TABLE staged ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
    effects: "ALTER TABLE · write define ALTER TABLE(d staged) · writes",
  },
];
