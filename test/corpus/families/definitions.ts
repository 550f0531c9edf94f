import type { Case } from "../case.ts";

/** Schemas, functions, types, operators, casts, text search. */
export const definitions: readonly Case[] = [
  { sql: "CREATE SCHEMA made", effects: "CREATE SCHEMA · write define CREATE SCHEMA(d made) · writes" },
  {
    sql: "CREATE SCHEMA made AUTHORIZATION corpus_owner CREATE TABLE x (a int) CREATE VIEW v AS SELECT * FROM x CREATE INDEX ON x (a) CREATE SEQUENCE q GRANT SELECT ON x TO corpus_reader",
    effects:
      "CREATE SCHEMA · write define CREATE SCHEMA(d made) · write define CREATE TABLE(d x) · write define CREATE VIEW(d v, r x) · write define CREATE INDEX(d x) · write define CREATE SEQUENCE(d q) · admin grant GRANT(d x) · writes",
  },
  {
    sql: "CREATE SCHEMA AUTHORIZATION corpus_owner",
    effects: "CREATE SCHEMA · write define CREATE SCHEMA(d corpus_owner) · writes",
  },
  {
    sql: "ALTER SCHEMA shop RENAME TO store",
    effects: "ALTER SCHEMA · write define ALTER SCHEMA(d shop) · writes",
    also: ["users"],
  },
  {
    sql: "ALTER SCHEMA shop OWNER TO corpus_owner",
    effects: "ALTER SCHEMA · admin grant ALTER SCHEMA(d shop) · writes",
  },
  {
    sql: "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM log'",
    effects: "CREATE FUNCTION · write define CREATE FUNCTION(d f) · writes",
  },
  {
    sql: "CREATE OR REPLACE FUNCTION wipe() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
    effects: "CREATE FUNCTION · write define CREATE FUNCTION(d wipe) · writes",
  },
  {
    sql: "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM log; END",
    effects: "CREATE FUNCTION · write define CREATE FUNCTION(d f, w log) · writes",
  },
  {
    sql: "CREATE FUNCTION f(a bigint DEFAULT wipe()) RETURNS bigint RETURN a",
    effects: "CREATE FUNCTION · write define CREATE FUNCTION(d f) · writes",
  },
  {
    sql: "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
    effects: "CREATE FUNCTION · write define CREATE FUNCTION(d f) · writes",
  },
  {
    sql: "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'nothing'",
    effects: "CREATE FUNCTION · admin define CREATE FUNCTION(d f) · writes",
    fails: "58P01",
  },
  {
    sql: "CREATE FUNCTION f(text) RETURNS text LANGUAGE internal AS 'lower'",
    effects: "CREATE FUNCTION · admin define CREATE FUNCTION(d f) · writes",
  },
  {
    sql: "CREATE PROCEDURE made() LANGUAGE sql AS 'DELETE FROM log'",
    effects: "CREATE PROCEDURE · write define CREATE PROCEDURE(d made) · writes",
  },
  {
    sql: "ALTER FUNCTION wipe() SECURITY INVOKER SET search_path = shop",
    effects: "ALTER FUNCTION · write define ALTER FUNCTION(d wipe) · writes",
  },
  {
    sql: "ALTER FUNCTION wipe() RENAME TO other",
    effects: "ALTER FUNCTION · write define ALTER FUNCTION(d wipe) · writes",
  },
  {
    sql: "ALTER FUNCTION wipe() SET SCHEMA shop",
    effects: "ALTER FUNCTION · write define ALTER FUNCTION(d wipe, d shop.wipe) · writes",
  },
  {
    sql: "ALTER PROCEDURE archive(int) OWNER TO corpus_owner",
    effects: "ALTER PROCEDURE · admin grant ALTER PROCEDURE(d archive) · writes",
  },
  {
    sql: "ALTER ROUTINE wipe() STABLE",
    effects: "ALTER ROUTINE · write define ALTER ROUTINE(d wipe) · writes",
  },
  {
    sql: "ALTER FUNCTION wipe() DEPENDS ON EXTENSION plpgsql",
    effects: "ALTER FUNCTION · write define ALTER FUNCTION(d wipe) · writes",
  },
  { sql: "CREATE TYPE made AS (a int)", effects: "CREATE TYPE · write define CREATE TYPE(d made) · writes" },
  {
    sql: "CREATE TYPE made AS ENUM ('a', 'b')",
    effects: "CREATE TYPE · write define CREATE TYPE(d made) · writes",
  },
  {
    sql: "CREATE TYPE made AS RANGE (subtype = int)",
    effects: "CREATE TYPE · write define CREATE TYPE(d made) · writes",
  },
  { sql: "CREATE TYPE made", effects: "CREATE TYPE · write define CREATE TYPE(d made) · writes" },
  {
    sql: "ALTER TYPE mood ADD VALUE 'new' BEFORE 'wild'",
    effects: "ALTER TYPE · write define ALTER TYPE(d mood) · writes",
  },
  {
    sql: "ALTER TYPE mood RENAME VALUE 'calm' TO 'cool'",
    effects: "ALTER TYPE · write define ALTER TYPE(d mood) · writes",
  },
  {
    sql: "ALTER TYPE pair ADD ATTRIBUTE c int CASCADE",
    effects: "ALTER TYPE · write define ALTER TYPE(d pair) · writes",
  },
  {
    sql: "ALTER TYPE pair DROP ATTRIBUTE b",
    effects: "ALTER TYPE · destructive define ALTER TYPE(d pair) · writes",
  },
  {
    sql: "ALTER TYPE pair OWNER TO corpus_owner",
    effects: "ALTER TYPE · admin grant ALTER TYPE(d pair) · writes",
  },
  {
    sql: "ALTER TYPE pair RENAME ATTRIBUTE a TO z",
    effects: "ALTER TYPE · write define ALTER TYPE(d pair) · writes",
  },
  {
    sql: "CREATE DOMAIN made AS text CHECK (VALUE <> '')",
    effects: "CREATE DOMAIN · write define CREATE DOMAIN(d made) · writes",
  },
  {
    sql: "CREATE DOMAIN made AS int CHECK (spied(VALUE))",
    effects: "CREATE DOMAIN · write define CREATE DOMAIN(d made) · writes",
  },
  {
    sql: "ALTER DOMAIN positive ADD CHECK (spied(VALUE)) NOT VALID",
    effects:
      "ALTER DOMAIN · write define ALTER DOMAIN(d positive) · write call FUNCTION(r spied) · writes · escapes",
  },
  {
    sql: "ALTER DOMAIN positive DROP NOT NULL",
    effects: "ALTER DOMAIN · write define ALTER DOMAIN(d positive) · writes",
  },
  {
    sql: "ALTER DOMAIN positive SET DEFAULT 5",
    effects: "ALTER DOMAIN · write define ALTER DOMAIN(d positive) · writes",
  },
  {
    sql: "ALTER DOMAIN positive RENAME TO other",
    effects: "ALTER DOMAIN · write define ALTER DOMAIN(d positive) · writes",
  },
  {
    sql: "CREATE AGGREGATE made (int) (SFUNC = int4pl, STYPE = int)",
    effects: "CREATE AGGREGATE · write define CREATE AGGREGATE(d made) · writes",
  },
  {
    sql: "ALTER AGGREGATE wiping(int) RENAME TO other",
    effects: "ALTER AGGREGATE · write define ALTER AGGREGATE(d wiping) · writes",
  },
  {
    sql: "CREATE OPERATOR ### (FUNCTION = spied, LEFTARG = int, RIGHTARG = int)",
    effects: "CREATE OPERATOR · write define CREATE OPERATOR(d ###) · writes",
  },
  {
    sql: "ALTER OPERATOR !!! (NONE, int) OWNER TO corpus_owner",
    effects: "ALTER OPERATOR · admin grant ALTER OPERATOR(d !!!) · writes",
  },
  {
    sql: "ALTER OPERATOR !!! (NONE, int) SET SCHEMA shop",
    effects: "ALTER OPERATOR · write define ALTER OPERATOR(d !!!, d shop.!!!) · writes",
  },
  {
    sql: "ALTER OPERATOR !!! (NONE, int) SET (RESTRICT = NONE)",
    effects: "ALTER OPERATOR · write define ALTER OPERATOR(d !!!) · writes",
  },
  {
    sql: "CREATE OPERATOR FAMILY made USING btree",
    effects: "CREATE OPERATOR FAMILY · write define CREATE OPERATOR FAMILY(d made) · writes",
  },
  {
    sql: "CREATE OPERATOR CLASS made FOR TYPE int4 USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)",
    effects: "CREATE OPERATOR CLASS · write define CREATE OPERATOR CLASS(d made) · writes",
  },
  {
    sql: "ALTER OPERATOR FAMILY made USING btree ADD OPERATOR 1 < (int4, int8), FUNCTION 1 btint48cmp(int4, int8)",
    effects: "ALTER OPERATOR FAMILY · write define ALTER OPERATOR FAMILY(d made) · writes",
    after: ["CREATE OPERATOR FAMILY made USING btree"],
  },
  {
    sql: "ALTER OPERATOR FAMILY made USING btree RENAME TO other",
    effects: "ALTER OPERATOR FAMILY · write define ALTER OPERATOR FAMILY(d made) · writes",
    after: ["CREATE OPERATOR FAMILY made USING btree"],
  },
  {
    sql: "CREATE CAST (pair AS text) WITH INOUT AS ASSIGNMENT",
    effects: "CREATE CAST · write define CREATE CAST() · writes",
  },
  {
    sql: "CREATE CAST (users AS bigint) WITH FUNCTION wiped(users)",
    effects: "CREATE CAST · write define CREATE CAST(d wiped) · writes",
  },
  {
    sql: 'CREATE COLLATION made FROM "C"',
    effects: "CREATE COLLATION · write define CREATE COLLATION(d made) · writes",
  },
  {
    sql: 'ALTER COLLATION "ucs_basic" RENAME TO other',
    effects: "ALTER COLLATION · write define ALTER COLLATION(d ucs_basic) · writes",
  },
  {
    sql: "CREATE CONVERSION made FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    effects: "CREATE CONVERSION · write define CREATE CONVERSION(d made) · writes",
  },
  {
    sql: "ALTER CONVERSION made RENAME TO other",
    effects: "ALTER CONVERSION · write define ALTER CONVERSION(d made) · writes",
    after: ["CREATE CONVERSION made FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"],
  },
  {
    sql: "CREATE TEXT SEARCH CONFIGURATION made (COPY = simple)",
    effects:
      "CREATE TEXT SEARCH CONFIGURATION · write define CREATE TEXT SEARCH CONFIGURATION(d made) · writes",
  },
  {
    sql: "CREATE TEXT SEARCH DICTIONARY made (TEMPLATE = simple)",
    effects: "CREATE TEXT SEARCH DICTIONARY · write define CREATE TEXT SEARCH DICTIONARY(d made) · writes",
  },
  {
    sql: "CREATE TEXT SEARCH PARSER made (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
    effects: "CREATE TEXT SEARCH PARSER · write define CREATE TEXT SEARCH PARSER(d made) · writes",
  },
  {
    sql: "CREATE TEXT SEARCH TEMPLATE made (LEXIZE = dsimple_lexize)",
    effects: "CREATE TEXT SEARCH TEMPLATE · write define CREATE TEXT SEARCH TEMPLATE(d made) · writes",
  },
  {
    sql: "ALTER TEXT SEARCH CONFIGURATION made ALTER MAPPING FOR word WITH simple",
    effects:
      "ALTER TEXT SEARCH CONFIGURATION · write define ALTER TEXT SEARCH CONFIGURATION(d made) · writes",
    after: ["CREATE TEXT SEARCH CONFIGURATION made (COPY = simple)"],
  },
  {
    sql: "ALTER TEXT SEARCH DICTIONARY made (Accept = false)",
    effects: "ALTER TEXT SEARCH DICTIONARY · write define ALTER TEXT SEARCH DICTIONARY(d made) · writes",
    after: ["CREATE TEXT SEARCH DICTIONARY made (TEMPLATE = simple)"],
  },
  {
    sql: 'ALTER TEXT SEARCH PARSER "default" RENAME TO other',
    effects: "ALTER TEXT SEARCH PARSER · write define ALTER TEXT SEARCH PARSER(d default) · writes",
  },
  {
    sql: "ALTER TEXT SEARCH TEMPLATE simple RENAME TO other",
    effects: "ALTER TEXT SEARCH TEMPLATE · write define ALTER TEXT SEARCH TEMPLATE(d simple) · writes",
  },
  { sql: "COMMENT ON FUNCTION wipe() IS 'x'", effects: "COMMENT · write define COMMENT(d wipe) · writes" },
  {
    sql: "CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION varchar_support(internal))",
    effects: "CREATE TRANSFORM · admin define CREATE TRANSFORM(d pg_catalog.int4) · writes",
  },
  { sql: "COMMENT ON SCHEMA shop IS 'x'", effects: "COMMENT · write define COMMENT(d shop) · writes" },
  { sql: "COMMENT ON TYPE mood IS 'x'", effects: "COMMENT · write define COMMENT(d mood) · writes" },
  {
    sql: "COMMENT ON DOMAIN positive IS 'x'",
    effects: "COMMENT · write define COMMENT(d positive) · writes",
  },
  {
    sql: "COMMENT ON CAST (text AS wrapped) IS 'x'",
    effects: "COMMENT \u00b7 write define COMMENT(d text) \u00b7 writes",
  },
  {
    sql: "COMMENT ON OPERATOR CLASS int4_ops USING hash IS 'x'",
    effects: "COMMENT \u00b7 write define COMMENT(d int4_ops) \u00b7 writes",
  },
  {
    sql: "COMMENT ON CONSTRAINT positive_check ON DOMAIN positive IS 'x'",
    effects: "COMMENT \u00b7 write define COMMENT(d positive) \u00b7 writes",
  },
  {
    sql: "ALTER DOMAIN positive RENAME CONSTRAINT positive_check TO other",
    effects: "ALTER DOMAIN \u00b7 write define ALTER DOMAIN(d positive) \u00b7 writes",
  },
  {
    sql: "ALTER OPERATOR CLASS made USING hash RENAME TO other",
    effects: "ALTER OPERATOR CLASS \u00b7 write define ALTER OPERATOR CLASS(d made) \u00b7 writes",
    after: ["CREATE OPERATOR CLASS made FOR TYPE int4 USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)"],
  },
  {
    sql: "ALTER OPERATOR CLASS made USING hash SET SCHEMA shop",
    effects:
      "ALTER OPERATOR CLASS \u00b7 write define ALTER OPERATOR CLASS(d made, d shop.made) \u00b7 writes",
    after: ["CREATE OPERATOR CLASS made FOR TYPE int4 USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)"],
  },
  {
    sql: "ALTER OPERATOR FAMILY made USING btree OWNER TO corpus_owner",
    effects: "ALTER OPERATOR FAMILY \u00b7 admin grant ALTER OPERATOR FAMILY(d made) \u00b7 writes",
    after: ["CREATE OPERATOR FAMILY made USING btree"],
  },
];
