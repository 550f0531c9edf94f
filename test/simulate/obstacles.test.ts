import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectNothingLeft, impactOf, stateOf, useDatabase } from "./simulated-database.ts";

const database = useDatabase(`
  CREATE TABLE t (id serial PRIMARY KEY, v text);
  INSERT INTO t (v) SELECT 'v' || i FROM generate_series(1, 10) i;
  CREATE TABLE watched (id int);
  INSERT INTO watched SELECT generate_series(1, 5);
  CREATE FUNCTION ender() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_terminate_backend(p) FROM (SELECT pg_backend_pid() p) q WHERE false; RETURN 1; END $$;
  CREATE FUNCTION by_way_of() RETURNS int LANGUAGE sql AS 'SELECT ender()';
  CREATE FUNCTION builds(what text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE what; END $$;
  CREATE FUNCTION resets() RETURNS bigint LANGUAGE sql AS $$ SELECT setval('t_id_seq', 1) $$;
  CREATE FUNCTION hidden() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM U&"\\0065nder"(); RETURN OLD; END $$;
  CREATE TRIGGER hidden AFTER DELETE ON watched FOR EACH ROW EXECUTE FUNCTION hidden();
  CREATE VIEW behind AS SELECT by_way_of() AS x, v FROM t;
  CREATE TABLE defaulted (id int, x int DEFAULT by_way_of());
  CREATE FUNCTION plus(text, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE AGGREGATE ending(int) (sfunc = int4pl, stype = int, initcond = '0');
  CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; COMMIT; END $$;
  CREATE FUNCTION plain(x int) RETURNS void LANGUAGE sql AS $$ COPY t TO '/tmp/never' $$;
  CREATE FUNCTION harmless(copy text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE load text; BEGIN
    SELECT v INTO load FROM t WHERE v = copy; RETURN load; END $$;
  CREATE FUNCTION copies() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COPY t TO '/tmp/never'; END $$;
`);

async function refused(statement: string): Promise<{ code: string; reason: string }> {
  const before = await stateOf(database.client);
  const answer = await database.ask(statement);
  expect(await stateOf(database.client), statement).toEqual(before);
  await expectNothingLeft(database.client);
  expect(answer.outcome, JSON.stringify(answer)).toBe("not-simulatable");
  return answer as unknown as { code: string; reason: string };
}

describe("what cannot be simulated is said, and not run", () => {
  test.each([
    ["BEGIN; DELETE FROM t", "transaction-control"],
    ["DELETE FROM t; COMMIT; DROP TABLE t", "transaction-control"],
    ["COMMIT", "transaction-control"],
    ["SAVEPOINT s", "transaction-control"],
    ["PREPARE TRANSACTION 'x'", "transaction-control"],
    ["CALL commits()", "transaction-control"],
    ["DO $$ BEGIN DELETE FROM t; COMMIT; END $$", "transaction-control"],
    ["CREATE DATABASE other", "no-transaction"],
    ["DROP DATABASE postgres WITH (FORCE)", "no-transaction"],
    ["VACUUM t", "no-transaction"],
    ["CREATE INDEX CONCURRENTLY i ON t (v)", "no-transaction"],
    ["DROP INDEX CONCURRENTLY t_pkey", "no-transaction"],
    ["REINDEX TABLE CONCURRENTLY t", "no-transaction"],
    ["ALTER SYSTEM SET work_mem = '5MB'", "no-transaction"],
    ["CREATE TABLESPACE x LOCATION '/tmp/x'", "no-transaction"],
    ["DISCARD ALL", "session"],
    ["PREPARE p AS DELETE FROM t", "session"],
    ["EXECUTE p", "session"],
    ["SET statement_timeout = 0", "session"],
    ["SET LOCAL search_path = evil; DELETE FROM t", "session"],
    ["COPY t FROM STDIN", "input"],
    ["COPY t TO PROGRAM 'cat > /tmp/never'", "outside"],
    ["COPY t FROM '/etc/hostname'", "outside"],
    ["CHECKPOINT", "outside"],
    ["CREATE EXTENSION dblink", "outside"],
    ["SELECT dblink_exec('dbname=x', 'DROP TABLE t')", "outside"],
    ["SELECT lo_export(1, '/tmp/never')", "outside"],
    ["SELECT pg_terminate_backend(pg_backend_pid())", "outside"],
    ["SELECT pg_create_physical_replication_slot('x')", "outside"],
    ["SELECT setval('t_id_seq', 1)", "outside"],
    ["SELEC 1", "unparseable"],
    [";;", "unparseable"],
  ])("%s", async (statement, code) => {
    expect(await refused(statement)).toMatchObject({ code, reason: expect.stringMatching(/\w/) });
  });
});

describe("code is followed to whatever it can reach", () => {
  test.each([
    ["SELECT ender()", "outside", "pg_terminate_backend"],
    ["SELECT by_way_of()", "outside", "pg_terminate_backend"],
    ["SELECT * FROM behind", "outside", "pg_terminate_backend"],
    ["INSERT INTO defaulted (id) VALUES (1)", "outside", "pg_terminate_backend"],
    ["SELECT resets()", "outside", "setval"],
    ["SELECT copies()", "outside", "file or a program"],
    ["SELECT plain(1)", "outside", "file or a program"],
    [
      "DO $$ BEGIN IF true THEN COPY (SELECT 1) TO '/tmp/never'; END IF; END $$",
      "outside",
      "file or a program",
    ],
    ["DO $$ <<a>> BEGIN LOAD 'auto_explain'; END $$", "outside", "library"],
    ["SELECT builds('DELETE FROM t')", "dynamic-sql", "public.builds"],
    ["DELETE FROM watched", "dynamic-sql", "public.hidden"],
    ["DO $$ BEGIN EXECUTE 'DEL' || 'ETE FROM t'; END $$", "dynamic-sql", "EXECUTE"],
    [String.raw`DO E'BEGIN PERFORM lo_\x65xport(1, ''/tmp/never''); END'`, "outside", "lo_export"],
    [String.raw`SELECT U&"pg_t\0065rminate_backend"(1)`, "outside", "pg_terminate_backend"],
    [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ender()'; SELECT f()",
      "outside",
      "pg_terminate",
    ],
    ["CREATE OPERATOR ### (function = ender)", "outside", "pg_terminate_backend"],
    ["SELECT query_to_xml('DELETE FROM t', true, true, '')", "dynamic-sql", "QUERY_TO_XML"],
    ["SELECT query_to_xml(v, true, true, '') FROM t", "dynamic-sql", "QUERY_TO_XML"],
    [
      "DO $$ BEGIN PERFORM query_to_xml('DELETE ' || 'FROM t', true, true, ''); END $$",
      "dynamic-sql",
      "query_to_xml",
    ],
  ])("%s", async (statement, code, words) => {
    expect(await refused(statement)).toMatchObject({ code, reason: expect.stringContaining(words) });
  });

  test("a cascade leads to the triggers of the other table", async () => {
    await database.client.query(`CREATE TABLE above (id int PRIMARY KEY);
      CREATE TABLE below (id int REFERENCES above ON DELETE CASCADE);
      CREATE TRIGGER hidden AFTER DELETE ON below FOR EACH ROW EXECUTE FUNCTION hidden()`);
    expect(await refused("DELETE FROM above")).toMatchObject({ code: "dynamic-sql" });
  });

  test("an operator of one's own is code, although nothing names it", async () => {
    await database.client.query(`CREATE FUNCTION odd(text, text) RETURNS int LANGUAGE sql AS 'SELECT ender()';
      CREATE OPERATOR ~~~ (leftarg = text, rightarg = text, function = odd)`);
    expect(await refused("SELECT 'a' ~~~ 'b'")).toMatchObject({ code: "outside" });
    await database.client.query("DROP OPERATOR ~~~ (text, text)");
  });

  test("what decides where a row belongs is code", async () => {
    await database.client.query(`CREATE FUNCTION place(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ender()';
      CREATE TABLE placed (id int) PARTITION BY RANGE (place(id));
      CREATE TABLE placed_1 PARTITION OF placed DEFAULT`);
    expect(await refused("INSERT INTO placed VALUES (1)")).toMatchObject({ code: "outside" });
  });

  test("an event trigger is run by whatever defines something, and by nothing else", async () => {
    await database.client.query(`CREATE FUNCTION witness() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM ender(); END $$;
      CREATE EVENT TRIGGER witness ON ddl_command_end EXECUTE FUNCTION witness()`);
    for (const statement of ["CREATE TABLE x (id int)", "SELECT * INTO x FROM t", "DROP TABLE t CASCADE"])
      expect(await refused(statement), statement).toMatchObject({ code: "outside" });
    expect(impactOf(await database.simulate("DELETE FROM t"))).toEqual({ "public.t": "+0 ~0 -10" });
    await database.client.query("DROP EVENT TRIGGER witness");
  });

  test("words are read where they stand", async () => {
    expect((await database.simulate("SELECT harmless('v1')")).commands).toEqual([
      { rowsReturned: 1, tag: "SELECT 1" },
    ]);
  });

  test("words in data are no code", async () => {
    const text = "INSERT INTO t (v) VALUES ('please execute pg_terminate_backend, lo_export and setval')";
    expect(impactOf(await database.simulate(text))).toEqual({ "public.t": "+1 ~0 -0" });
  });

  test("SQL that is built while it runs is run when that is accepted, and counted", async () => {
    const accepted = { acceptsDynamicSql: true };
    const one = await database.simulate("DO $$ BEGIN EXECUTE 'DEL' || 'ETE FROM t'; END $$", accepted);
    expect(impactOf(one)).toEqual({ "public.t": "+0 ~0 -10" });
    const other = await database.simulate("SELECT builds('TRUNCATE t')", accepted);
    expect(impactOf(other)).toEqual({ "public.t": "+0 ~0 -10" });
    expect(await database.ask("SELECT ender()", accepted)).toMatchObject({ code: "outside" });
  });
});

test("a program of the server's machine is never started", async () => {
  const file = join(tmpdir(), `custody-${randomBytes(6).toString("hex")}`);
  for (const statement of [
    `COPY t TO PROGRAM 'touch ${file}'`,
    `COPY (SELECT 1) TO PROGRAM 'touch ${file}'; SELECT 1`,
    `DO $$ BEGIN COPY t TO PROGRAM 'touch ${file}'; END $$`,
    `DO $$ BEGIN EXECUTE 'COPY t TO PROG' || 'RAM ''touch ${file}'''; END $$`,
    `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COPY t TO PROGRAM 'touch ${file}'; END $$; SELECT f()`,
  ]) {
    await refused(statement);
    expect(existsSync(file), statement).toBe(false);
  }
  rmSync(file, { force: true });
});
