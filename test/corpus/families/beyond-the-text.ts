import type { Case } from "../case.ts";

/** Code that only the catalogue knows: in views, operators, casts, columns that are calls, policies. Each is a read by its text. */
export const beyondTheText: readonly Case[] = [
  {
    sql: "SELECT * FROM sly",
    effects: "SELECT · read SELECT(r sly)",
    untold: "a view that calls a function",
  },
  {
    sql: "SELECT count(*) FROM users WHERE EXISTS (SELECT 1 FROM sly)",
    effects: "SELECT · read SELECT(r users, r sly)",
    untold: "a view that calls a function",
  },
  {
    sql: "COPY (TABLE sly) TO STDOUT",
    effects: "COPY TO · copy COPY TO(r sly)",
    untold: "a view that calls a function",
  },
  {
    sql: "EXPLAIN SELECT * FROM plotted",
    effects: "EXPLAIN · read EXPLAIN(r plotted)",
    untold: "planning evaluates a function that says it is immutable",
  },
  {
    sql: "EXPLAIN EXECUTE p",
    effects: "EXPLAIN · read EXPLAIN() · destructive unknown EXECUTE() · writes · escapes",
    after: ["PREPARE p AS SELECT planned()"],
  },
  {
    sql: "SELECT users.wiped FROM users",
    effects: "SELECT · read SELECT(r users)",
    untold: "a column that is a call",
  },
  {
    sql: "SELECT (users).wiped FROM users",
    effects: "SELECT · read SELECT(r users)",
    untold: "a column that is a call",
  },
  { sql: "SELECT lower(5)", effects: "SELECT · read SELECT()", untold: "an overload of a built-in function" },
  {
    sql: "SELECT text 'a' + 5",
    effects: "SELECT · read SELECT()",
    untold: "an overload of a built-in operator",
  },
  { sql: "SELECT 'a'::text::wrapped", effects: "SELECT · read SELECT()", untold: "a cast by a function" },
  {
    sql: "SELECT CAST(name AS wrapped) FROM users",
    effects: "SELECT · read SELECT(r users)",
    untold: "a cast by a function",
  },
  {
    sql: "SELECT to_json('calm'::mood)",
    effects: "SELECT · read SELECT()",
    untold: "to_json uses a cast by a function",
  },
  { sql: "SELECT 5::checked", effects: "SELECT · read SELECT()", untold: "a domain's check" },
  {
    sql: "SELECT * FROM jsonb_to_record('{\"a\": 5}') AS (a checked)",
    effects: "SELECT · read SELECT()",
    untold: "a domain's check",
  },
  {
    sql: "SELECT pg_input_is_valid('5', 'checked')",
    effects: "SELECT · read SELECT()",
    since: 16,
    untold: "a domain's check",
  },
  {
    sql: "SELECT * FROM guarded",
    effects: "SELECT · read SELECT(r guarded)",
    after: ["SET LOCAL ROLE corpus_reader"],
    untold: "a row level policy that calls a function",
  },
  {
    sql: "SELECT lower('x')",
    effects: "SELECT · read SELECT()",
    after: ["SET LOCAL search_path = evil, pg_catalog"],
    untold: "a function before pg_catalog, which only another statement can have brought about",
  },
  {
    sql: "SELECT * FROM users",
    effects: "SELECT · read SELECT(r users)",
    after: ["CREATE TEMP VIEW users AS SELECT wipe()"],
    untold: "a view of pg_temp is found before any table",
  },
  { sql: "SELECT 1 WHERE pg_input_is_valid('-5', 'positive')", effects: "SELECT · read SELECT()", since: 16 },
  { sql: "SELECT !!! 5", effects: "SELECT · read SELECT() · write call FUNCTION(r !!!) · writes · escapes" },
  {
    sql: "SELECT OPERATOR(public.!!!) 5",
    effects: "SELECT · read SELECT() · write call FUNCTION(r public.!!!) · writes · escapes",
  },
  {
    sql: "SELECT 5 ### 6",
    effects: "SELECT · read SELECT() · write call FUNCTION(r ###) · writes · escapes",
    after: ["CREATE OPERATOR ### (FUNCTION = spied, LEFTARG = int, RIGHTARG = int)"],
  },
  {
    sql: "SELECT 1 WHERE 5 = ANY (ARRAY[5]) AND 5 ### ANY (ARRAY[6])",
    effects: "SELECT · read SELECT() · write call FUNCTION(r ###) · writes · escapes",
    after: [
      "CREATE FUNCTION told(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT wipe() >= 0'",
      "CREATE OPERATOR ### (FUNCTION = told, LEFTARG = int, RIGHTARG = int)",
    ],
  },
];
