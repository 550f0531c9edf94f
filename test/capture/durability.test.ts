import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { HeldRecorder } from "./held-recorder.ts";
import { bind, execute, flush, parse, query, sync, unnamed, type WireClient } from "./wire-client.ts";

const recorder = new HeldRecorder();
const proxied = useProxy(
  `CREATE TABLE t (id int);
   CREATE SEQUENCE s;
   CREATE FUNCTION adds() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (1) RETURNING id';
   CREATE PROCEDURE add() LANGUAGE sql AS 'INSERT INTO t VALUES (1)';
   CREATE PROCEDURE opaque() LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'INSERT INTO t VALUES (1)'; END $$`,
  { recorder },
);

beforeEach(async () => {
  await proxied.truth("TRUNCATE t; ALTER SEQUENCE s RESTART");
});

interface Case {
  readonly name: string;
  readonly before?: readonly FrontendMessage[];
  readonly sent: readonly FrontendMessage[];
  /** How the effect shows from outside: nothing while the record is not durable. */
  readonly shows?: string;
  /** Whether a row is there afterwards, for everybody. */
  readonly adds?: boolean;
}

const added = "SELECT count(*)::int FROM t";
const drawn = "SELECT is_called::int FROM s";
const begin = [query("BEGIN")];
const insert = unnamed("INSERT INTO t VALUES (1)");

const waits: Case[] = [
  { name: "an autocommit write", sent: [query("INSERT INTO t VALUES (1)")] },
  { name: "an autocommit write, extended", sent: [...insert, sync] },
  { name: "a write before its Sync, extended", sent: [...insert, flush, sync] },
  {
    name: "the last write of a pipeline",
    sent: [...unnamed("SELECT 1"), ...unnamed("TABLE t"), ...insert, sync],
  },
  { name: "a string with a write", sent: [query("SELECT 1; INSERT INTO t VALUES (1); SELECT 2")] },
  { name: "a string with a transaction", sent: [query("BEGIN; INSERT INTO t VALUES (1); COMMIT")] },
  {
    name: "a segment with a transaction",
    sent: [...unnamed("BEGIN"), ...insert, ...unnamed("COMMIT"), sync],
  },
  { name: "COMMIT", before: [query("BEGIN; INSERT INTO t VALUES (1)")], sent: [query("COMMIT")] },
  { name: "END, extended", before: [...begin, ...insert, sync], sent: [...unnamed("END"), sync] },
  {
    name: "COMMIT AND CHAIN",
    before: [query("BEGIN; INSERT INTO t VALUES (1)")],
    sent: [query("COMMIT AND CHAIN")],
  },
  {
    name: "a write behind the COMMIT of a transaction that wrote nothing",
    before: begin,
    sent: [query("COMMIT; INSERT INTO t VALUES (1)")],
  },
  {
    name: "a write behind a ROLLBACK, extended",
    before: begin,
    sent: [...unnamed("ROLLBACK"), ...insert, sync],
  },
  {
    name: "a write behind a ROLLBACK that is not answered yet",
    before: begin,
    sent: [query("ROLLBACK"), ...insert, sync],
  },
  {
    name: "PREPARE TRANSACTION",
    before: [query("BEGIN; INSERT INTO t VALUES (1)")],
    sent: [query("PREPARE TRANSACTION 'held'")],
    shows: "SELECT count(*)::int FROM pg_prepared_xacts WHERE gid = 'held'",
  },
  { name: "CALL", sent: [query("CALL add()")] },
  {
    name: "CALL of what nobody can read, within a transaction",
    before: begin,
    sent: [query("CALL opaque()")],
    adds: false,
  },
  { name: "DO", sent: [query("DO 'BEGIN INSERT INTO t VALUES (1); END'")] },
  { name: "a function of the user", sent: [query("SELECT adds()")] },
  { name: "EXECUTE", before: [query("PREPARE p AS INSERT INTO t VALUES (1)")], sent: [query("EXECUTE p")] },
  {
    name: "a prepared statement of the wire",
    before: [parse("p", "INSERT INTO t VALUES (1)"), sync],
    sent: [bind("", "p"), execute(""), sync],
  },
  { name: "nextval", sent: [query("SELECT nextval('s')")], shows: drawn },
  { name: "nextval within a transaction", before: begin, sent: [query("SELECT nextval('s')")], shows: drawn },
  { name: "setval", sent: [query("SELECT setval('s', 7)")], shows: drawn },
  {
    name: "a table made of a query",
    sent: [query("CREATE TABLE made AS SELECT 1; DROP TABLE made")],
    adds: false,
  },
  { name: "TRUNCATE", sent: [query("TRUNCATE t")], adds: false },
  { name: "VACUUM", sent: [query("VACUUM t")], adds: false },
  { name: "EXPLAIN ANALYZE of a write", sent: [query("EXPLAIN ANALYZE INSERT INTO t VALUES (1)")] },
  {
    name: "a CTE that writes",
    sent: [query("WITH w AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM w")],
  },
];

const goesOn: Case[] = [
  { name: "a read", sent: [query("TABLE t")] },
  { name: "a read, extended", sent: [...unnamed("TABLE t"), sync] },
  { name: "CALL within a transaction", before: begin, sent: [query("CALL add()")] },
  { name: "BEGIN and a write behind it", before: begin, sent: [query("INSERT INTO t VALUES (1)")] },
  { name: "a write within a transaction, extended", before: begin, sent: [...insert, sync, ...insert, sync] },
  {
    name: "COMMIT of a transaction that wrote nothing",
    before: [query("BEGIN; TABLE t")],
    sent: [query("COMMIT")],
  },
  { name: "ROLLBACK", before: [query("BEGIN; INSERT INTO t VALUES (1)")], sent: [query("ROLLBACK")] },
  { name: "SAVEPOINT and ROLLBACK TO", before: begin, sent: [query("SAVEPOINT a; ROLLBACK TO a")] },
  { name: "SET", sent: [query("SET work_mem = '5MB'")] },
];

async function start(before: Case["before"] = []): Promise<WireClient> {
  const client = await proxied.connect({ settings: { application_name: "held" } });
  if (before.length > 0) await client.run(...before);
  return client;
}

const activity =
  "SELECT state, query FROM pg_stat_activity WHERE application_name = 'held' AND datname = current_database()";

describe("durable before effect: the server hears nothing before the record is durable", () => {
  test.each(waits)("$name", async ({ name, before, sent, shows = added }) => {
    const client = await start(before);
    const idle = await proxied.truth(activity);
    recorder.hold = "durable";
    const answers = client.run(...sent);
    await recorder.held();
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (!name.includes("answered")) expect(await proxied.truth(activity)).toEqual(idle);
    expect(await proxied.truth(shows)).toEqual([[0]]);
    recorder.release();
    expect((await answers).filter((line) => line.startsWith("error"))).toEqual([]);
    if (name.startsWith("PREPARE")) await client.query("ROLLBACK PREPARED 'held'");
  });

  test.each(waits.filter(({ shows, adds = true }) => shows === undefined && adds))(
    "and then it takes effect: $name",
    async ({ before, sent }) => {
      const client = await start(before);
      await client.run(...sent);
      expect(await proxied.truth(added)).toEqual([[1]]);
    },
  );

  test.each(goesOn)("nobody waits for the disk: $name", async ({ before, sent }) => {
    const client = await start(before);
    recorder.hold = "durable";
    const answers = await client.run(...sent);
    expect(answers.at(-1)).toMatch(/^ready/);
    recorder.release();
  });

  test.each(goesOn.filter(({ name }) => name.startsWith("a read")))(
    "with durability: strict, it does: $name",
    async ({ sent }) => {
      const strict = new HeldRecorder();
      const { connect } = await proxied.another({ durability: "strict", recorder: strict });
      const client = await connect();
      strict.hold = "durable";
      const answers = client.run(...sent);
      await strict.held();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(client.isQuiet).toBe(true);
      strict.release();
      expect((await answers).at(-1)).toBe("ready idle");
      await client.close();
    },
  );
});

describe("recorded before answered", () => {
  const cases: readonly { name: string; sent: readonly FrontendMessage[] }[] = [
    { name: "a read", sent: [query("SELECT 1")] },
    { name: "a read, extended", sent: [...unnamed("SELECT 1"), sync] },
    { name: "a large read", sent: [query("SELECT repeat('x', 1000) FROM generate_series(1, 1000)")] },
    { name: "a statement that fails", sent: [query("SELECT 1/0")] },
    { name: "BEGIN", sent: [query("BEGIN")] },
    {
      name: "a portal with a row limit",
      sent: [parse("", "SELECT generate_series(1, 9)"), bind("", ""), execute("", 2), sync],
    },
    { name: "a denial", sent: [query("SELECTT 1")] },
  ];

  test.each(cases)("no byte of the answer comes before its records are written: $name", async ({ sent }) => {
    const client = await proxied.connect();
    recorder.hold = "written";
    const answers = client.run(...sent);
    await recorder.held();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(client.bytes).toHaveLength(0);
    recorder.release();
    expect((await answers).at(-1)).toMatch(/^ready/);
  });

  test("the final record of a write is written before its answer goes on", async () => {
    const client = await proxied.connect();
    const answers = client.query("INSERT INTO t VALUES (1)");
    recorder.hold = "written";
    await recorder.held();
    recorder.release();
    recorder.hold = "written";
    await recorder.held();
    expect(recorder.types().at(-1)).toBe("db.statement.completed");
    expect(client.bytes).toHaveLength(0);
    recorder.release();
    expect(await answers).toEqual(["complete INSERT 0 1", "ready idle"]);
  });
});
