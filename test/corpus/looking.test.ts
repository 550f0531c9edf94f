import { afterAll, beforeAll, expect, test } from "vitest";
import type { StatementEffects } from "../../packages/capture/src/postgres/classify/statement.ts";
import { untold } from "./judge.ts";
import { type CorpusServer, openCorpusServer } from "./server.ts";

/** The corpus is worth as much as its eyes: each kind of change is planted, and has to be seen. */
let server: CorpusServer;
beforeAll(async () => {
  server = await openCorpusServer();
});
afterAll(() => server.close());

const read: StatementEffects = {
  changesSession: [],
  escapesTransaction: false,
  functions: [],
  operations: [],
  tier: "read",
  verb: "SELECT",
  writes: false,
};

test.each([
  ["a row that is added", "INSERT INTO audit VALUES ('x')", "table public.audit"],
  ["a row that is changed", "UPDATE stock SET count = 7 WHERE id = 1", "table public.stock"],
  ["a row that is removed", "DELETE FROM log WHERE id = 1", "table public.log"],
  ["rows that a cascade removes", "DELETE FROM users WHERE id = 1", "table public.items"],
  ["rows that a trigger adds", "DELETE FROM watched WHERE id = 1", "table public.audit"],
  ["rows that a function removes", "SELECT wipe()", "table public.log"],
  ["a table that is emptied", "TRUNCATE staged", "table public.staged"],
  ["a table that is made", "CREATE TABLE made (a int)", "table public.made"],
  ["a table that is dropped", "DROP TABLE staged", "table public.staged"],
  ["a table that is renamed", "ALTER TABLE staged RENAME TO other", "table public.staged → public.other"],
  ["a row that was added to and removed again", "INSERT INTO audit VALUES ('x'); DELETE FROM audit", "audit"],
  ["a function", "CREATE FUNCTION made() RETURNS int LANGUAGE sql AS 'SELECT 1'", "catalogue pg_proc"],
  ["a role", "CREATE ROLE corpus_made", "catalogue pg_authid"],
  ["a setting of a role", "ALTER ROLE corpus_reader SET work_mem = '8MB'", "catalogue pg_db_role_setting"],
  ["a privilege", "GRANT SELECT ON log TO corpus_owner", "catalogue pg_class"],
  ["a trigger that is off", "ALTER TABLE watched DISABLE TRIGGER watching", "catalogue pg_trigger"],
  ["a policy", "DROP POLICY spying ON guarded", "catalogue pg_policy"],
  ["a rule", "DROP RULE more ON ruled", "catalogue pg_rewrite"],
  ["a large object", "SELECT lo_create(0)", "catalogue pg_largeobject_metadata"],
  ["the bytes of a large object", "SELECT lo_put(4242, 0, 'x')", "catalogue pg_largeobject"],
  ["a sequence", "SELECT nextval('counter')", "sequence public.counter"],
  ["a message in the log", "SELECT pg_logical_emit_message(true, 'a', 'b')", "transaction id"],
])("%s is seen", async (_name, sql, seen) => {
  const { error, changes } = await server.run({ sql });
  expect(error).toBeUndefined();
  expect(untold({}, [read], changes).join("\n")).toContain(seen);
});

test("a setting is seen", async () => {
  const { changes } = await server.run({ sql: "SET LOCAL work_mem = '9MB'" });
  expect(changes.settings).toEqual(["work_mem"]);
  expect((await server.run({ sql: "SET LOCAL ROLE corpus_reader" })).changes.settings).toContain("role");
});

test("reading is seen to change nothing", async () => {
  const { changes } = await server.run({ sql: "SELECT count(*) FROM users JOIN orders ON true" });
  expect(changes).toEqual({ tables: [], catalogue: [], sequences: [], settings: [], tookXid: false });
});

test("a table that is not named is missed, also beside one that is", async () => {
  const { changes } = await server.run({
    sql: "DELETE FROM log; DELETE FROM audit; INSERT INTO audit VALUES ('x')",
  });
  const log = { database: "shop", name: "log", role: "write", resolved: "syntax" } as const;
  const operation = { kind: "delete", objects: [log], tier: "write", verb: "DELETE" } as const;
  const said = [{ ...read, operations: [operation], tier: "write", writes: true } as const];
  expect(untold({}, said, changes)).toEqual([
    "table public.audit → public.audit is not among what is written",
  ]);
});

test("a write that would not be durable before it takes effect is missed", async () => {
  const { changes } = await server.run({ sql: "SELECT nextval('counter')" });
  const operation = { kind: "call", objects: [], tier: "write", verb: "FUNCTION" } as const;
  expect(untold({}, [{ ...read, operations: [operation] }], changes)).toEqual([
    "it writes, and is not said to",
  ]);
});
