import { compilePolicy, DEFAULT_POLICY_TEXT, policyDecider } from "@custody/policy";
import { expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";

/**
 * What nobody may do by its name is not possible under another one. The agent is a superuser here, so that only the
 * policy stands between it and the server; each statement is one that the server would carry out, or begin to.
 */
const proxied = useProxy("CREATE TABLE t (id int, name text); CREATE TYPE wrapped AS (name text)", {
  decider: policyDecider(compilePolicy(DEFAULT_POLICY_TEXT, "default")),
});

const file = "'/etc/hostname'";

test.each([
  ["in attribute notation", `SELECT (${file}::text).pg_read_file`],
  ["as a column of a function's rows", `SELECT a.pg_read_file FROM unnest(ARRAY[${file}]) AS a`],
  ["in attribute notation, by Unicode escapes", `SELECT (${file}::text).U&"pg\\005fread_file"`],
  ["in attribute notation, to end a connection", "SELECT (1).pg_terminate_backend"],
  ["in a view", `CREATE VIEW v AS SELECT pg_read_file(${file})`],
  ["in a default", `CREATE TABLE d (id int, a text DEFAULT pg_read_file(${file}))`],
  ["in a check", `CREATE TABLE c (id int CHECK (pg_read_file(${file}) > ''))`],
  ["in a rule", `CREATE RULE r AS ON UPDATE TO t DO INSTEAD SELECT pg_read_file(${file})`],
  ["in a policy", `CREATE POLICY p ON t USING (pg_read_file(${file}) > '')`],
  ["in a domain", `CREATE DOMAIN o AS text CHECK (pg_read_file(VALUE) > '')`],
  ["in a function's body", `CREATE FUNCTION f() RETURNS text RETURN pg_read_file(${file})`],
  ["in an atomic body", `CREATE FUNCTION f() RETURNS text BEGIN ATOMIC SELECT pg_read_file(${file}); END`],
  [
    "in a parameter's default",
    `CREATE FUNCTION f(a text DEFAULT pg_read_file(${file})) RETURNS text RETURN a`,
  ],
  ["as an operator", "CREATE OPERATOR !!! (FUNCTION = pg_read_file, RIGHTARG = text)"],
  ["as a cast", "CREATE CAST (text AS wrapped) WITH FUNCTION pg_catalog.pg_read_file(text)"],
  ["as an aggregate", "CREATE AGGREGATE files(text) (SFUNC = pg_read_file, STYPE = text)"],
  ["under a new name", "ALTER FUNCTION pg_read_file(text) RENAME TO harmless"],
  ["in a text that is run", `SELECT query_to_xml('SELECT pg_read_file(''/etc/hostname'')', true, false, '')`],
  ["in a text that is computed", `SELECT query_to_xml('SELECT pg_read' || '_file(1)', true, false, '')`],
  ["in a text in a text", `SELECT * FROM ts_stat('SELECT * FROM ts_stat(''SELECT pg_read_file(1)'')')`],
  ["in a text in attribute notation", `SELECT ('SELECT 1'::text).ts_stat`],
  ["by a view of the server's", "TABLE pg_hba_file_rules"],
  ["by a view of the server's, with its schema", "SELECT count(*) FROM pg_catalog.pg_file_settings"],
  ["roles by their table", "UPDATE pg_authid SET rolsuper = true"],
  ["roles by their table, with its schema", "INSERT INTO pg_catalog.pg_auth_members SELECT 1, 2, 3, true"],
  ["roles by a CTE", "WITH a AS (DELETE FROM pg_authid RETURNING 1) SELECT * FROM a"],
  ["roles by COPY", "COPY pg_authid FROM STDIN"],
  ["roles by MERGE", "MERGE INTO pg_authid USING t ON true WHEN MATCHED THEN DELETE"],
  ["what strings mean, by a table", "UPDATE pg_settings SET setting = 'off' WHERE name LIKE 'standard%'"],
  [
    "a function of the server's, replaced",
    "CREATE OR REPLACE FUNCTION pg_catalog.lower(text) RETURNS text RETURN 'x'",
  ],
  ["a program by a foreign table", "CREATE FOREIGN TABLE x (a text) SERVER s OPTIONS (program 'id')"],
  ["a program by a foreign table's options", "ALTER FOREIGN TABLE x OPTIONS (SET program 'id')"],
  ["by Unicode escapes", `SELECT U&"\\0070g_read_file"(${file})`],
  ["in a comment's shadow", `SELECT pg_read_file/* */--\n(${file})`],
  ["behind a cast", `SELECT count(pg_read_file(${file})::bytea)`],
  ["in EXPLAIN ANALYZE", `EXPLAIN (ANALYZE, VERBOSE) SELECT pg_read_file(${file})`],
  ["by PREPARE", `PREPARE p AS SELECT pg_read_file(${file})`],
  ["by a cursor", `DECLARE c CURSOR FOR SELECT pg_read_file(${file})`],
  ["the stamp", "SELECT pg_catalog.pg_logical_emit_message(true, 'a', 'b')"],
  ["the stamp, kept for later", "CREATE VIEW v AS SELECT pg_logical_emit_message(true, 'a', 'b')"],
  ["a program", "COPY t FROM PROGRAM 'id'"],
  ["a role by its other name", "ALTER GROUP a RENAME TO b"],
])("%s", async (_name, sql) => {
  const agent = await proxied.connect();
  expect(await agent.query(sql)).toEqual([
    expect.stringMatching(/^error ERROR 42501 Custody denied/),
    "ready idle",
  ]);
});

test.each([
  ["a column of a table", "SELECT t.name, (t).name FROM t"],
  ["a table of the user's that begins like the server's", "CREATE TEMP TABLE pg_search_documents (a int)"],
  ["reading the catalogue", "SELECT count(*) > 0 FROM pg_catalog.pg_class"],
  ["a query in a text that only reads", "SELECT query_to_xml('SELECT 1', true, false, '') IS NULL"],
  ["a text search that is rewritten", "SELECT ts_rewrite('a'::tsquery, 'a'::tsquery, 'b'::tsquery)"],
  ["statistics of a catalogue's table", "ANALYZE pg_class"],
])("but %s is still allowed", async (_name, sql) => {
  const agent = await proxied.connect();
  expect((await agent.query(sql)).filter((line) => line.startsWith("error"))).toEqual([]);
});

test.each(["session_preload_libraries", "local_preload_libraries"])(
  "a session cannot begin with %s",
  async (name) => {
    await expect(proxied.connect({ settings: { [name]: "auto_explain" } })).rejects.toThrow("load libraries");
    const options = `-c ${name}=auto_explain`;
    await expect(proxied.connect({ settings: { options } })).rejects.toThrow("load libraries");
  },
);

test("what a session began with is on record", async () => {
  await proxied.connect({ settings: { options: "-c search_path=evil", application_name: "a" } });
  const opened = proxied.recorder.drafts.findLast(({ type }) => type === "db.connection.opened");
  expect(opened?.details).toMatchObject({
    settings: ["options=-c search_path=evil", "application_name=a"],
  });
});
