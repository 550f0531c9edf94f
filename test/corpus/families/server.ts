import type { Case } from "../case.ts";

/** Databases, configuration, extensions, foreign servers, replication. The victim is the object that is named. */
export const server: readonly Case[] = [
  {
    sql: "CREATE DATABASE corpus_new",
    effects: "CREATE DATABASE · admin admin CREATE DATABASE(d corpus_new) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "ALTER DATABASE postgres RENAME TO other",
    effects: "ALTER DATABASE · admin define ALTER DATABASE(d postgres) · writes",
    fails: "55006",
    unasked: "it would rename what other tests use",
  },
  {
    sql: "ALTER DATABASE template1 CONNECTION LIMIT 50",
    effects: "ALTER DATABASE · admin admin ALTER DATABASE(d template1) · writes · escapes",
  },
  {
    sql: "ALTER DATABASE template1 SET work_mem = '8MB'",
    effects: "ALTER DATABASE · admin admin ALTER DATABASE(d template1) · writes",
  },
  {
    sql: "ALTER DATABASE template1 RESET ALL",
    effects: "ALTER DATABASE · admin admin ALTER DATABASE(d template1) · writes",
  },
  {
    sql: "ALTER DATABASE template1 OWNER TO corpus_owner",
    effects: "ALTER DATABASE · admin grant ALTER DATABASE(d template1) · writes",
  },
  {
    sql: "ALTER DATABASE template1 SET TABLESPACE pg_default",
    effects: "ALTER DATABASE · admin admin ALTER DATABASE(d template1) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "ALTER DATABASE template1 REFRESH COLLATION VERSION",
    effects: "ALTER DATABASE · admin admin ALTER DATABASE(d template1) · writes",
  },
  {
    sql: "ALTER SYSTEM SET archive_command = 'x'",
    effects: "ALTER SYSTEM · admin admin ALTER SYSTEM(d archive_command) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "ALTER SYSTEM RESET ALL",
    effects: "ALTER SYSTEM · admin admin ALTER SYSTEM() · writes · escapes",
    fails: "25001",
  },
  {
    sql: "CREATE TABLESPACE made LOCATION '/nowhere'",
    effects: "CREATE TABLESPACE · admin admin CREATE TABLESPACE(d made) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "ALTER TABLESPACE pg_default SET (random_page_cost = 1)",
    effects: "ALTER TABLESPACE · admin admin ALTER TABLESPACE(d pg_default) · writes",
  },
  {
    sql: "ALTER TABLESPACE pg_default RENAME TO other",
    effects: "ALTER TABLESPACE · admin define ALTER TABLESPACE(d pg_default) · writes",
  },
  {
    sql: "CREATE EXTENSION tablefunc",
    effects: "CREATE EXTENSION · admin admin CREATE EXTENSION(d tablefunc) · writes",
  },
  {
    sql: "CREATE EXTENSION IF NOT EXISTS dblink SCHEMA shop CASCADE",
    effects: "CREATE EXTENSION · admin admin CREATE EXTENSION(d dblink) · writes",
  },
  {
    sql: "ALTER EXTENSION tablefunc SET SCHEMA shop",
    effects: "ALTER EXTENSION · admin define ALTER EXTENSION(d tablefunc, d shop.tablefunc) · writes",
    after: ["CREATE EXTENSION tablefunc"],
  },
  {
    sql: "ALTER EXTENSION tablefunc UPDATE",
    effects: "ALTER EXTENSION · admin admin ALTER EXTENSION(d tablefunc) · writes",
    after: ["CREATE EXTENSION tablefunc"],
  },
  {
    sql: "ALTER EXTENSION tablefunc ADD TABLE stock",
    effects: "ALTER EXTENSION · admin admin ALTER EXTENSION(d tablefunc) · writes",
    after: ["CREATE EXTENSION tablefunc"],
  },
  {
    sql: "CREATE EXTENSION nothing",
    effects: "CREATE EXTENSION · admin admin CREATE EXTENSION(d nothing) · writes",
    fails: "0A000",
  },
  {
    sql: "CREATE LANGUAGE made HANDLER plpgsql_call_handler",
    effects: "CREATE LANGUAGE · admin admin CREATE LANGUAGE(d made) · writes",
  },
  {
    sql: "ALTER LANGUAGE plpgsql RENAME TO other",
    effects: "ALTER LANGUAGE · admin define ALTER LANGUAGE(d plpgsql) · writes",
  },
  {
    sql: "CREATE ACCESS METHOD made TYPE INDEX HANDLER bthandler",
    effects: "CREATE ACCESS METHOD · admin admin CREATE ACCESS METHOD(d made) · writes",
  },
  {
    sql: "CREATE EVENT TRIGGER made ON ddl_command_end EXECUTE FUNCTION armed()",
    effects: "CREATE EVENT TRIGGER · admin admin CREATE EVENT TRIGGER(d made) · writes",
    after: ["CREATE FUNCTION armed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM wipe(); END'"],
  },
  {
    sql: "ALTER EVENT TRIGGER made DISABLE",
    effects: "ALTER EVENT TRIGGER · admin admin ALTER EVENT TRIGGER(d made) · writes",
    after: [
      "CREATE FUNCTION armed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM wipe(); END'",
      "CREATE EVENT TRIGGER made ON sql_drop EXECUTE FUNCTION armed()",
    ],
  },
  {
    sql: "COMMENT ON TABLE users IS 'x'",
    effects: "COMMENT · write define COMMENT(d users) · writes",
    after: [
      "CREATE FUNCTION armed() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM wipe(); END'",
      "CREATE EVENT TRIGGER made ON ddl_command_end EXECUTE FUNCTION armed()",
    ],
    also: ["log"],
  },
  {
    sql: "CREATE FOREIGN DATA WRAPPER w",
    effects: "CREATE FOREIGN DATA WRAPPER · admin admin CREATE FOREIGN DATA WRAPPER(d w) · writes",
  },
  {
    sql: "ALTER FOREIGN DATA WRAPPER w OPTIONS (ADD a 'b')",
    effects: "ALTER FOREIGN DATA WRAPPER · admin admin ALTER FOREIGN DATA WRAPPER(d w) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "CREATE SERVER s FOREIGN DATA WRAPPER w",
    effects: "CREATE SERVER · admin admin CREATE SERVER(d s) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "ALTER SERVER s VERSION '2'",
    effects: "ALTER SERVER · admin admin ALTER SERVER(d s) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "CREATE USER MAPPING FOR corpus_reader SERVER s",
    effects: "CREATE USER MAPPING · admin admin CREATE USER MAPPING(d s) · writes",
    after: ["CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"],
  },
  {
    sql: "ALTER USER MAPPING FOR corpus_reader SERVER s OPTIONS (ADD password 'x')",
    effects: "ALTER USER MAPPING · admin admin ALTER USER MAPPING(d s) · writes",
    after: [
      "CREATE FOREIGN DATA WRAPPER w",
      "CREATE SERVER s FOREIGN DATA WRAPPER w",
      "CREATE USER MAPPING FOR corpus_reader SERVER s",
    ],
  },
  {
    sql: "IMPORT FOREIGN SCHEMA a FROM SERVER s INTO shop",
    effects: "IMPORT FOREIGN SCHEMA · admin admin IMPORT FOREIGN SCHEMA(d shop) · writes · escapes",
    after: ["CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w"],
    fails: "55000",
  },
  {
    sql: "CREATE PUBLICATION made FOR TABLE users",
    effects: "CREATE PUBLICATION · admin admin CREATE PUBLICATION(d made) · writes",
  },
  {
    sql: "CREATE PUBLICATION made FOR ALL TABLES",
    effects: "CREATE PUBLICATION · admin admin CREATE PUBLICATION(d made) · writes",
  },
  {
    sql: "ALTER PUBLICATION made ADD TABLE orders",
    effects: "ALTER PUBLICATION · admin admin ALTER PUBLICATION(d made) · writes",
    after: ["CREATE PUBLICATION made"],
  },
  {
    sql: "CREATE SUBSCRIPTION made CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)",
    effects: "CREATE SUBSCRIPTION · admin admin CREATE SUBSCRIPTION(d made) · writes · escapes",
  },
  {
    sql: "ALTER SUBSCRIPTION made DISABLE",
    effects: "ALTER SUBSCRIPTION · admin admin ALTER SUBSCRIPTION(d made) · writes · escapes",
    after: [
      "CREATE SUBSCRIPTION made CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)",
    ],
  },
  {
    sql: "CREATE SUBSCRIPTION made CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p",
    effects: "CREATE SUBSCRIPTION · admin admin CREATE SUBSCRIPTION(d made) · writes · escapes",
    fails: "25001",
  },
  {
    sql: "CHECKPOINT",
    effects: "CHECKPOINT · admin admin CHECKPOINT() · writes · escapes",
    unasked: "it would make the server of all tests wait",
  },
];
