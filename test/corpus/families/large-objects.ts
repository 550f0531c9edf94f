import type { Case } from "../case.ts";

/** A store beside the tables, reached by functions only. */
export const largeObjects: readonly Case[] = [
  {
    sql: "SELECT lo_create(0)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_create) · writes",
  },
  {
    sql: "SELECT lo_create(4243)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_create) · writes",
  },
  {
    sql: "SELECT lo_creat(-1)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_creat) · writes",
  },
  {
    sql: "SELECT lo_from_bytea(0, '\\x00')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_from_bytea) · writes",
  },
  {
    sql: "SELECT lo_put(4242, 0, 'x')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_put) · writes",
  },
  {
    sql: "SELECT lo_unlink(4242)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_unlink) · writes",
  },
  {
    sql: "SELECT lo_unlink(loid) FROM pg_largeobject",
    effects: "SELECT · read SELECT(r pg_largeobject) · write call FUNCTION(r lo_unlink) · writes",
  },
  {
    sql: "SELECT lowrite(lo_open(4242, 131072), 'x')",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lowrite) · writes",
  },
  {
    sql: "SELECT lo_truncate(lo_open(4242, 131072), 1), lo_truncate64(lo_open(4242, 131072), 1)",
    effects:
      "SELECT · read SELECT() · write call FUNCTION(r lo_truncate) · write call FUNCTION(r lo_truncate64) · writes",
  },
  { sql: "SELECT lo_open(4242, 131072)", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT lo_lseek(lo_open(4242, 262144), 1, 0), lo_tell(0), lo_close(0)",
    effects: "SELECT · read SELECT()",
  },
  { sql: "SELECT lo_get(4242, 0, 3)", effects: "SELECT · read SELECT()" },
  {
    sql: "SELECT pg_catalog.lo_unlink(4242)",
    effects: "SELECT · read SELECT() · write call FUNCTION(r pg_catalog.lo_unlink) · writes",
  },
  {
    sql: "ALTER LARGE OBJECT 4242 OWNER TO corpus_owner",
    effects: "ALTER LARGE OBJECT · admin grant ALTER LARGE OBJECT(d 4242) · writes",
  },
  { sql: "COMMENT ON LARGE OBJECT 4242 IS 'x'", effects: "COMMENT · write define COMMENT(d 4242) · writes" },
  {
    sql: "GRANT SELECT ON LARGE OBJECT 4242 TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d 4242) · writes",
  },
  {
    sql: "SELECT lo_import('/nowhere', 4250)",
    effects: "SELECT · read SELECT() · admin admin FUNCTION(r lo_import) · writes · escapes",
    fails: "58P01",
  },
  {
    sql: "WITH a AS (SELECT lo_unlink(4242)) SELECT 1 FROM a",
    effects: "SELECT · read SELECT() · write call FUNCTION(r lo_unlink) · writes",
  },
];
