import type { Case } from "../case.ts";

/** DROP of each kind of object, alone and with all that hangs on it. */
export const drops: readonly Case[] = [
  { sql: "DROP TABLE stock", effects: "DROP TABLE · destructive define DROP TABLE!(d stock) · writes" },
  {
    sql: "DROP TABLE IF EXISTS nothing, staged, shop.users",
    effects: "DROP TABLE · destructive define DROP TABLE!(d nothing, d staged, d shop.users) · writes",
  },
  {
    sql: "DROP TABLE users CASCADE",
    effects: "DROP TABLE · destructive define DROP TABLE!(d users) · writes",
  },
  {
    sql: "DROP TABLE users",
    effects: "DROP TABLE · destructive define DROP TABLE!(d users) · writes",
    fails: "2BP01",
  },
  {
    sql: "DROP TABLE events",
    effects: "DROP TABLE · destructive define DROP TABLE!(d events) · writes",
    also: ["events_2024", "events_rest"],
  },
  {
    sql: "DROP TABLE x",
    effects: "DROP TABLE · destructive define DROP TABLE!(d x) · writes",
    after: ["CREATE TEMP TABLE x (a int)"],
  },
  { sql: "DROP VIEW user_names", effects: "DROP VIEW · write define DROP VIEW!(d user_names) · writes" },
  {
    sql: "DROP MATERIALIZED VIEW totals",
    effects: "DROP MATERIALIZED VIEW · destructive define DROP MATERIALIZED VIEW!(d totals) · writes",
  },
  { sql: "DROP INDEX totals_of", effects: "DROP INDEX · write define DROP INDEX!(d totals_of) · writes" },
  {
    sql: "DROP INDEX CONCURRENTLY totals_of",
    effects: "DROP INDEX · write define DROP INDEX!(d totals_of) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "DROP SCHEMA shop CASCADE",
    effects: "DROP SCHEMA · destructive define DROP SCHEMA!(d shop) · writes",
  },
  {
    sql: "DROP SCHEMA IF EXISTS nothing",
    effects: "DROP SCHEMA · destructive define DROP SCHEMA!(d nothing) · writes",
  },
  {
    sql: "DROP SCHEMA public CASCADE",
    effects: "DROP SCHEMA · destructive define DROP SCHEMA!(d public) · writes",
  },
  {
    sql: "DROP SCHEMA evil CASCADE",
    effects: "DROP SCHEMA · destructive define DROP SCHEMA!(d evil) · writes",
  },
  {
    sql: "DROP FUNCTION double(int)",
    effects: "DROP FUNCTION · write define DROP FUNCTION!(d double) · writes",
  },
  {
    sql: "DROP FUNCTION wipe() CASCADE",
    effects: "DROP FUNCTION · destructive define DROP FUNCTION!(d wipe) · writes",
  },
  {
    sql: "DROP PROCEDURE archive(int)",
    effects: "DROP PROCEDURE · write define DROP PROCEDURE!(d archive) · writes",
  },
  {
    sql: "DROP ROUTINE archive_and_commit",
    effects: "DROP ROUTINE · write define DROP ROUTINE!(d archive_and_commit) · writes",
  },
  {
    sql: "DROP AGGREGATE wiping(int)",
    effects: "DROP AGGREGATE · write define DROP AGGREGATE!(d wiping) · writes",
  },
  {
    sql: "DROP TRIGGER watching ON watched",
    effects: "DROP TRIGGER · write define DROP TRIGGER!(d watched) · writes",
  },
  { sql: "DROP RULE more ON ruled", effects: "DROP RULE · write define DROP RULE!(d ruled) · writes" },
  {
    sql: "DROP POLICY spying ON guarded",
    effects: "DROP POLICY · write define DROP POLICY!(d guarded) · writes",
  },
  { sql: "DROP TYPE pair", effects: "DROP TYPE · destructive define DROP TYPE!(d pair) · writes" },
  { sql: "DROP TYPE mood CASCADE", effects: "DROP TYPE · destructive define DROP TYPE!(d mood) · writes" },
  {
    sql: "DROP DOMAIN positive",
    effects: "DROP DOMAIN · destructive define DROP DOMAIN!(d positive) · writes",
  },
  {
    sql: "DROP OPERATOR !!! (NONE, int)",
    effects: "DROP OPERATOR · write define DROP OPERATOR!(d !!!) · writes",
  },
  { sql: "DROP CAST (text AS wrapped)", effects: "DROP CAST · write define DROP CAST!(d text) · writes" },
  {
    sql: "DROP OPERATOR CLASS made USING hash",
    effects: "DROP OPERATOR CLASS · write define DROP OPERATOR CLASS!(d made) · writes",
    after: ["CREATE OPERATOR CLASS made FOR TYPE int4 USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)"],
  },
  {
    sql: "DROP OPERATOR FAMILY made USING btree",
    effects: "DROP OPERATOR FAMILY · write define DROP OPERATOR FAMILY!(d made) · writes",
    after: ["CREATE OPERATOR FAMILY made USING btree"],
  },
  {
    sql: "DROP COLLATION made",
    effects: "DROP COLLATION · write define DROP COLLATION!(d made) · writes",
    after: ['CREATE COLLATION made FROM "C"'],
  },
  {
    sql: "DROP CONVERSION made",
    effects: "DROP CONVERSION · write define DROP CONVERSION!(d made) · writes",
    after: ["CREATE CONVERSION made FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"],
  },
  {
    sql: "DROP STATISTICS st",
    effects: "DROP STATISTICS · write define DROP STATISTICS!(d st) · writes",
    after: ["CREATE STATISTICS st ON sku, count FROM stock"],
  },
  {
    sql: "DROP TEXT SEARCH CONFIGURATION made",
    effects: "DROP TEXT SEARCH CONFIGURATION · write define DROP TEXT SEARCH CONFIGURATION!(d made) · writes",
    after: ["CREATE TEXT SEARCH CONFIGURATION made (COPY = simple)"],
  },
  {
    sql: "DROP TEXT SEARCH DICTIONARY made",
    effects: "DROP TEXT SEARCH DICTIONARY · write define DROP TEXT SEARCH DICTIONARY!(d made) · writes",
    after: ["CREATE TEXT SEARCH DICTIONARY made (TEMPLATE = simple)"],
  },
  {
    sql: "DROP TEXT SEARCH TEMPLATE made",
    effects: "DROP TEXT SEARCH TEMPLATE · write define DROP TEXT SEARCH TEMPLATE!(d made) · writes",
    after: ["CREATE TEXT SEARCH TEMPLATE made (LEXIZE = dsimple_lexize)"],
  },
  {
    sql: "DROP FOREIGN TABLE x",
    effects: "DROP FOREIGN TABLE · destructive define DROP FOREIGN TABLE!(d x) · writes",
    after: [
      "CREATE FOREIGN DATA WRAPPER w",
      "CREATE SERVER s FOREIGN DATA WRAPPER w",
      "CREATE FOREIGN TABLE x (a int) SERVER s",
    ],
  },
  {
    sql: "DROP SERVER s CASCADE",
    effects: "DROP SERVER · admin define DROP SERVER!(d s) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "DROP FOREIGN DATA WRAPPER w",
    effects: "DROP FOREIGN DATA WRAPPER · admin define DROP FOREIGN DATA WRAPPER!(d w) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "DROP USER MAPPING FOR corpus_reader SERVER s",
    effects: "DROP USER MAPPING · admin admin DROP USER MAPPING!(d s) · writes",
    after: [
      "CREATE FOREIGN DATA WRAPPER w",
      "CREATE SERVER s FOREIGN DATA WRAPPER w",
      "CREATE USER MAPPING FOR corpus_reader SERVER s",
    ],
  },
  {
    sql: "DROP PUBLICATION made",
    effects: "DROP PUBLICATION · admin define DROP PUBLICATION!(d made) · writes",
    after: ["CREATE PUBLICATION made"],
  },
  {
    sql: "DROP EXTENSION tablefunc",
    effects: "DROP EXTENSION · admin define DROP EXTENSION!(d tablefunc) · writes",
    after: ["CREATE EXTENSION tablefunc"],
  },
  {
    sql: "DROP EVENT TRIGGER made",
    effects: "DROP EVENT TRIGGER · admin define DROP EVENT TRIGGER!(d made) · writes",
    fails: "42704",
  },
  {
    sql: "DROP LANGUAGE plpgsql CASCADE",
    effects: "DROP LANGUAGE · admin define DROP LANGUAGE!(d plpgsql) · writes",
    fails: "2BP01",
  },
  {
    sql: "DROP ACCESS METHOD made",
    effects: "DROP ACCESS METHOD · admin define DROP ACCESS METHOD!(d made) · writes",
    after: ["CREATE ACCESS METHOD made TYPE INDEX HANDLER bthandler"],
  },
  {
    sql: "DROP TRANSFORM FOR int LANGUAGE plpgsql",
    effects: "DROP TRANSFORM · admin define DROP TRANSFORM!(d pg_catalog.int4) · writes",
    after: ["CREATE TRANSFORM FOR int LANGUAGE plpgsql (FROM SQL WITH FUNCTION varchar_support(internal))"],
  },
  {
    sql: "DROP OWNED BY corpus_owner CASCADE",
    effects: "DROP OWNED · admin define DROP OWNED!(d corpus_owner) · writes",
    after: ["ALTER TABLE stock OWNER TO corpus_owner"],
    also: ["stock"],
  },
  {
    sql: "DROP DATABASE template1",
    effects: "DROP DATABASE · admin admin DROP DATABASE!(d template1) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "DROP DATABASE IF EXISTS victim WITH (FORCE)",
    effects: "DROP DATABASE · admin admin DROP DATABASE!(d victim) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "DROP TABLESPACE IF EXISTS made",
    effects: "DROP TABLESPACE · admin admin DROP TABLESPACE!(d made) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "DROP SUBSCRIPTION IF EXISTS made",
    effects: "DROP SUBSCRIPTION · admin admin DROP SUBSCRIPTION!(d made) · writes · escapes",
  },
  { sql: "DROP ROLE corpus_owner", effects: "DROP ROLE · admin admin DROP ROLE!(d corpus_owner) · writes" },
  {
    sql: "DROP USER IF EXISTS corpus_nobody",
    effects: "DROP ROLE · admin admin DROP ROLE!(d corpus_nobody) · writes",
  },
  { sql: "DROP GROUP corpus_owner", effects: "DROP ROLE · admin admin DROP ROLE!(d corpus_owner) · writes" },
  {
    sql: "DROP TEXT SEARCH PARSER made",
    effects: "DROP TEXT SEARCH PARSER \u00b7 write define DROP TEXT SEARCH PARSER!(d made) \u00b7 writes",
    after: [
      "CREATE TEXT SEARCH PARSER made (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
    ],
  },
];
