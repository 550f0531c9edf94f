import type { Case } from "../case.ts";

/** Who may do what, and who is who. */
export const privileges: readonly Case[] = [
  { sql: "GRANT SELECT ON users TO corpus_reader", effects: "GRANT · admin grant GRANT(d users) · writes" },
  {
    sql: "GRANT ALL PRIVILEGES ON TABLE users, shop.users TO corpus_reader WITH GRANT OPTION",
    effects: "GRANT · admin grant GRANT(d users, d shop.users) · writes",
  },
  {
    sql: "GRANT UPDATE (name) ON users TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d users) · writes",
  },
  {
    sql: "GRANT EXECUTE ON FUNCTION wipe() TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d wipe) · writes",
  },
  {
    sql: "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO corpus_reader",
    effects: "GRANT ON ALL IN SCHEMA · admin grant GRANT ON ALL IN SCHEMA(d public) · writes",
  },
  {
    sql: "GRANT USAGE ON SCHEMA shop TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d shop) · writes",
  },
  {
    sql: "GRANT USAGE ON SEQUENCE counter TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d counter) · writes",
  },
  { sql: "GRANT USAGE ON TYPE mood TO corpus_reader", effects: "GRANT · admin grant GRANT(d mood) · writes" },
  {
    sql: "GRANT USAGE ON LANGUAGE sql TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d sql) · writes",
  },
  {
    sql: "GRANT SET ON PARAMETER work_mem TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d work_mem) · writes",
  },
  {
    sql: "GRANT CREATE ON TABLESPACE pg_default TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d pg_default) · writes",
  },
  {
    sql: "GRANT CONNECT ON DATABASE postgres TO corpus_reader",
    effects: "GRANT · admin grant GRANT(d postgres) · writes",
  },
  {
    sql: "REVOKE SELECT ON users FROM corpus_reader CASCADE",
    effects: "REVOKE · admin grant REVOKE(d users) · writes",
  },
  {
    sql: "REVOKE GRANT OPTION FOR SELECT ON users FROM corpus_reader",
    effects: "REVOKE · admin grant REVOKE(d users) · writes",
  },
  {
    sql: "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC",
    effects: "REVOKE ON ALL IN SCHEMA · admin grant REVOKE ON ALL IN SCHEMA(d public) · writes",
  },
  {
    sql: "GRANT corpus_owner TO corpus_reader",
    effects: "GRANT ROLE · admin grant GRANT ROLE(d corpus_owner) · writes",
  },
  {
    sql: "GRANT corpus_owner TO corpus_reader WITH ADMIN OPTION",
    effects: "GRANT ROLE · admin grant GRANT ROLE(d corpus_owner) · writes",
  },
  {
    sql: "REVOKE corpus_owner FROM corpus_reader",
    effects: "REVOKE ROLE · admin grant REVOKE ROLE(d corpus_owner) · writes",
    after: ["GRANT corpus_owner TO corpus_reader"],
  },
  {
    sql: "GRANT pg_execute_server_program TO corpus_reader",
    effects: "GRANT ROLE · admin grant GRANT ROLE(d pg_execute_server_program) · writes",
  },
  {
    sql: "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO corpus_reader",
    effects: "ALTER DEFAULT PRIVILEGES · admin grant ALTER DEFAULT PRIVILEGES() · writes",
  },
  {
    sql: "ALTER DEFAULT PRIVILEGES FOR ROLE corpus_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    effects: "ALTER DEFAULT PRIVILEGES · admin grant ALTER DEFAULT PRIVILEGES() · writes",
  },
  {
    sql: "REASSIGN OWNED BY corpus_owner TO corpus_reader",
    effects: "REASSIGN OWNED · admin grant REASSIGN OWNED(d corpus_owner) · writes",
    after: ["ALTER TABLE stock OWNER TO corpus_owner"],
  },
  {
    sql: "CREATE ROLE corpus_new LOGIN PASSWORD 'x'",
    effects: "CREATE ROLE · admin admin CREATE ROLE(d corpus_new) · writes",
  },
  {
    sql: "CREATE USER corpus_new SUPERUSER",
    effects: "CREATE ROLE · admin admin CREATE ROLE(d corpus_new) · writes",
  },
  { sql: "CREATE GROUP corpus_new", effects: "CREATE ROLE · admin admin CREATE ROLE(d corpus_new) · writes" },
  {
    sql: "ALTER ROLE corpus_reader SUPERUSER",
    effects: "ALTER ROLE · admin admin ALTER ROLE(d corpus_reader) · writes",
  },
  {
    sql: "ALTER USER corpus_reader WITH PASSWORD 'x' VALID UNTIL 'infinity'",
    effects: "ALTER ROLE · admin admin ALTER ROLE(d corpus_reader) · writes",
  },
  {
    sql: "ALTER ROLE corpus_reader SET search_path = evil",
    effects: "ALTER ROLE · admin admin ALTER ROLE(d corpus_reader) · writes",
  },
  { sql: "ALTER ROLE ALL SET work_mem = '8MB'", effects: "ALTER ROLE · admin admin ALTER ROLE() · writes" },
  {
    sql: "ALTER ROLE corpus_reader RESET ALL",
    effects: "ALTER ROLE · admin admin ALTER ROLE(d corpus_reader) · writes",
  },
  {
    sql: "ALTER ROLE corpus_reader RENAME TO corpus_other",
    effects: "ALTER ROLE · admin define ALTER ROLE(d corpus_reader) · writes",
  },
  {
    sql: "ALTER GROUP corpus_owner ADD USER corpus_reader",
    effects: "ALTER ROLE · admin admin ALTER ROLE(d corpus_owner) · writes",
  },
  {
    sql: "ALTER ROLE CURRENT_USER CONNECTION LIMIT 500",
    effects: "ALTER ROLE · admin admin ALTER ROLE() · writes",
  },
];
