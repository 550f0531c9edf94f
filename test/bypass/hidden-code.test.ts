import type { RecordDraft, Safety } from "@custody/domain";
import { compilePolicy, policyDecider } from "@custody/policy";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";
import { denying, MemoryRecorder } from "../capture/proxied-database.ts";
import { outcomes } from "../capture/well-formed.ts";
import {
  bind,
  close,
  copyData,
  execute,
  flush,
  parse,
  query,
  sync,
  unnamed,
} from "../capture/wire-client.ts";

/** Code that the agent has put into the database, and what it then tries to have done without a true record. */
const proxied = useProxy(`
  CREATE TABLE t (id int PRIMARY KEY);
  CREATE TABLE armed (id int);
  CREATE TABLE loaded (id int);
  CREATE SEQUENCE s;
  CREATE FUNCTION arm() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM set_config('standard_conforming_strings', 'off', false); RETURN new; END $$;
  CREATE TRIGGER arming BEFORE INSERT ON armed FOR EACH ROW EXECUTE FUNCTION arm();
  CREATE FUNCTION erase() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; RETURN 1; END $$;
  CREATE FUNCTION planned() RETURNS int LANGUAGE plpgsql IMMUTABLE AS
    $$ DECLARE r int; BEGIN SELECT erase() INTO r; RETURN r; END $$;
  CREATE FUNCTION opened(c refcursor) RETURNS refcursor LANGUAGE plpgsql AS
    $$ BEGIN OPEN c FOR SELECT erase(); RETURN c; END $$;
  CREATE PROCEDURE half() LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO t VALUES (10); COMMIT; RAISE EXCEPTION 'no'; END $$;
  CREATE PROCEDURE whole() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (11); COMMIT; END $$;
`);

beforeEach(async () => {
  await proxied.truth("TRUNCATE t, armed");
  await proxied.truth("INSERT INTO t SELECT generate_series(1, 3)");
});

/** One SELECT for a server that takes backslashes as they are; for another one, a DELETE in its midst. */
const twoFaced =
  "WITH a AS (SELECT '\\' AS x --'), d AS (DELETE FROM t RETURNING 1), e AS (SELECT 1 --'\n) SELECT 1 FROM a";

describe("a trigger that changes how strings are read", () => {
  test("changes nothing for a text that was sent without waiting", async () => {
    const client = await proxied.connect();
    const answers = await client.run(query("INSERT INTO armed VALUES (1)"), query(twoFaced));
    expect(answers.at(-2)).toMatch(/^error ERROR 0A000 Custody denied/);
    expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["3"]]);
  });

  test("changes nothing for a text behind it in the same segment", async () => {
    const client = await proxied.connect();
    await client.run(...unnamed("INSERT INTO armed VALUES (1)"), ...unnamed(twoFaced), sync);
    expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["3"]]);
    expect(outcomes(proxied.recorder).at(-1)).toMatch(/^WITH a .* · denied$/s);
  });

  test("does not keep a backslash from being sent without waiting", async () => {
    const client = await proxied.connect();
    const answers = await client.run(query("INSERT INTO t VALUES (4)"), query("SELECT '\\d' AS pattern"));
    expect(answers).toContain("row \\d");
    const together = await client.run(
      ...unnamed("INSERT INTO t VALUES (5)"),
      ...unnamed("SELECT '\\d'"),
      sync,
    );
    expect(together).toContain("row \\d");
  });
});

describe("a cursor that code has opened", () => {
  const fetched = async (...before: string[]) => {
    const client = await proxied.connect();
    for (const sql of before) await client.query(sql);
    await client.query("FETCH ALL FROM c");
    await client.query("ROLLBACK");
    return proxied.recorder.statements().filter(({ statement }) => statement?.text === "FETCH ALL FROM c");
  };

  test.each([
    ["by its name alone", ["BEGIN", "SELECT opened('c')"]],
    [
      "in the place of a declared one",
      ["BEGIN", "DECLARE c CURSOR FOR SELECT 1", "COMMIT", "BEGIN", "SELECT opened('c')"],
    ],
  ])("is on record as a write, %s", async (_name, before) => {
    const records = await fetched(...before);
    expect(records.map(({ type }) => type)).toEqual([
      "db.statement.requested",
      "db.statement.answered",
      "db.statement.completed",
    ]);
    expect(records.at(-1)).toMatchObject({
      operations: [{ kind: "call", tier: "write", verb: "FETCH" }],
      transaction: { outcome: "rolled-back" },
    });
  });

  test("a declared one stays what it is", async () => {
    const [requested] = await fetched("BEGIN", "DECLARE c CURSOR FOR SELECT 1");
    expect(requested?.operations?.map(({ tier }) => tier)).toEqual(["read"]);
  });
});

describe("code that commits while it runs", () => {
  test("has an unknown outcome when it fails", async () => {
    const client = await proxied.connect();
    await client.query("CALL half()");
    expect(await proxied.truth("SELECT id FROM t WHERE id = 10")).toEqual([[10]]);
    expect(outcomes(proxied.recorder)).toEqual(["CALL half() · failed · error · unknown"]);
  });

  test("has an unknown outcome when something behind it fails", async () => {
    const client = await proxied.connect();
    await client.run(...unnamed("CALL whole()"), ...unnamed("SELECT 1/0"), sync);
    expect(await proxied.truth("SELECT id FROM t WHERE id = 11")).toEqual([[11]]);
    expect(outcomes(proxied.recorder)).toEqual([
      "CALL whole() · completed · ok · unknown",
      "SELECT 1/0 · failed · error · rolled-back",
    ]);
  });

  test("is rolled back where it cannot commit", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN");
    await client.query("CALL half()");
    await client.query("ROLLBACK");
    expect(outcomes(proxied.recorder)).toContain("CALL half() · failed · error · rolled-back");
  });
});

describe("a client that waits for what cannot come", () => {
  test("loses its connection, and nobody else notices", async () => {
    const client = await proxied.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    client.send(query("COPY t FROM STDIN"), parse("p", "SELECT 2"), sync, bind("", "p"), execute(""), sync);
    await client.until("ready-for-query");
    expect(client.isClosed).toBe(true);
    expect(await (await proxied.connect()).query("SELECT 1 AS one")).toContain("row 1");
  });

  test("leaves no connection behind", async () => {
    const client = await proxied.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    client.send(parse("p", "SELECT 2"), sync, query("COPY t FROM STDIN"), bind("", "p"), execute(""), sync);
    await client.until("copy-in-response");
    await client.kill();
    await proxied.settled();
    // The server's own process ends a moment after its connection.
    const locks = () => proxied.truth("SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass");
    await expect.poll(locks, { timeout: 5000 }).toEqual([["0"]]);
  });

  test("a Sync in the data of a COPY that fails later is not taken for the end", async () => {
    const client = await proxied.connect();
    client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(""), flush);
    await client.until("copy-in-response");
    // A carriage return ends a line only once the next byte is known: the server still reads data here.
    client.send(copyData("bad\r"), sync);
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.send(copyData("\n"));
    await client.until("error-response");
    // The held Sync ends the failed segment, so these run, each with its own answer and its own record.
    await client.until("ready-for-query");
    await client.run(...unnamed("DELETE FROM t WHERE id = 1"), sync);
    await client.run(...unnamed("SELECT 2"), sync);
    expect(await proxied.truth("SELECT count(*) FROM t WHERE id = 1")).toEqual([["0"]]);
    expect(outcomes(proxied.recorder)).toEqual([
      expect.stringMatching(/^COPY t FROM STDIN · failed/),
      expect.stringMatching(/^DELETE FROM t WHERE id = 1 · completed · ok · committed · affected 1/),
      "SELECT 2 · completed · ok · committed · returned 1",
    ]);
  });

  test("does not run when a statement is only bound, and the attempt is on record", async () => {
    const client = await proxied.connect();
    const before = await proxied.truth("SELECT count(*) FROM t");
    const answers = await client.run(parse("", "SELECT planned()"), bind("", ""), sync);
    expect(answers.join("\n")).toContain("42501");
    expect(await proxied.truth("SELECT count(*) FROM t")).toEqual(before);
    expect(outcomes(proxied.recorder)).toEqual([expect.stringMatching(/^SELECT planned\(\) · denied/)]);
  });
});

/** A name of the connection's own, under which code puts another statement. */
describe("a prepared statement that code may have replaced", () => {
  const replace = "DO $$ BEGIN EXECUTE 'DEALLOCATE p'; EXECUTE 'PREPARE p AS DELETE FROM t'; END $$";
  const unknown = { kind: "unknown", objects: [], tier: "destructive", verb: "REPLACED" };
  const last = () => proxied.recorder.statements().at(-1);

  test.each([
    ["executed by the wire", () => [bind("", "p"), execute(""), sync]],
    ["executed by EXECUTE", () => [query("EXECUTE p")]],
    ["fetched from", () => [query("BEGIN"), bind("c", "p"), execute("c", 1), sync, query("FETCH c")]],
  ])("is on record as unknown: %s", async (_name, messages) => {
    const client = await proxied.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    await client.query(replace);
    await client.run(...messages());
    expect(last()?.operations).toContainEqual(unknown);
  });

  test.each([
    [
      "before the code has been answered",
      [parse("p", "SELECT 1"), sync, query(replace), bind("", "p"), execute(""), sync],
    ],
    [
      "in the segment of the code",
      [parse("p", "SELECT 1"), ...unnamed(replace), bind("", "p"), execute(""), sync],
    ],
    [
      "by a text that fails, because the name is taken",
      [query("PREPARE p AS SELECT 1"), query(replace), query("PREPARE p AS SELECT 1"), query("EXECUTE p")],
    ],
  ])("is on record as unknown %s", async (_name, messages) => {
    const client = await proxied.connect();
    await client.run(...messages);
    expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["0"]]);
    expect(last()?.operations).toContainEqual(unknown);
  });

  test.each([
    [
      "a body that says so",
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DEALLOCATE p; PREPARE p AS DELETE FROM t; END $$",
      "SELECT f()",
    ],
    [
      "a function that nobody else can see yet",
      "BEGIN; CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DEALLOCATE p; PREPARE p AS DELETE FROM t'; END $$",
      "SELECT g()",
    ],
    [
      "a trigger whose text has the words",
      "CREATE OR REPLACE FUNCTION h() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DEALLOCATE p; PREPARE p AS DELETE FROM t'; RETURN new; END $$; CREATE OR REPLACE TRIGGER h BEFORE INSERT ON loaded FOR EACH ROW EXECUTE FUNCTION h()",
      "INSERT INTO loaded VALUES (1)",
    ],
  ])("by %s", async (_name, definition, run) => {
    const client = await proxied.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    await client.query(definition);
    await client.query(run);
    await client.run(bind("", "p"), execute(""), sync);
    expect(last()?.operations).toContainEqual(unknown);
    await client.query("ROLLBACK");
    await proxied.truth("DROP TRIGGER IF EXISTS h ON loaded");
  });

  test("is on record as unknown when the same code runs again, and its first run is answered meanwhile", async () => {
    const twice = "DO $$ BEGIN PERFORM pg_sleep(0.2); EXECUTE 'SELECT 1'; END $$";
    const slow = new SlowRecorder(
      ({ statement, type }) => type.endsWith("requested") && statement?.text === twice,
    );
    const client = await (await proxied.another({ recorder: slow })).connect();
    client.send(query(twice), parse("p", "SELECT 1"), sync, query(twice));
    for (let count = 0; count < 3; count += 1) await client.until("ready-for-query");
    await client.run(bind("", "p"), execute(""), sync);
    expect(slow.statements().at(-1)?.operations).toContainEqual(unknown);
  });

  test("is itself again once it is prepared again", async () => {
    const client = await proxied.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    await client.query("DO $$ BEGIN EXECUTE 'SELECT 1'; END $$");
    await client.run(close("statement", "p"), parse("p", "SELECT 1"), bind("", "p"), execute(""), sync);
    expect(last()?.operations?.map(({ tier }) => tier)).toEqual(["read"]);
  });

  test("is not meant by an unnamed one, nor by code that was refused, nor by code that prepares nothing", async () => {
    const strict = await proxied.another({
      decider: denying(({ operations }) => operations.some(({ kind }) => kind === "unknown")),
    });
    const client = await strict.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    await client.query(replace);
    await client.query("DO $$ BEGIN DELETE FROM t; END $$");
    await client.query("SELECT nextval('s')");
    expect(await client.run(bind("", "p"), execute(""), sync)).toContain("row 1");
    const open = await proxied.connect();
    await open.query("DO $$ BEGIN EXECUTE 'SELECT 1'; END $$");
    await open.run(...unnamed("SELECT 2"), sync);
    expect(last()?.operations?.map(({ tier }) => tier)).toEqual(["read"]);
  });

  test("can be refused by policy, which says what to do", async () => {
    const { decider } = policy(
      "version: 1\nrules:\n  - name: strict\n    match: { kind: unknown, verb: REPLACED }\n    effect: deny\n    message: prepare it again\n",
    );
    const strict = await proxied.another({ decider });
    const client = await strict.connect();
    await client.run(parse("p", "SELECT 1"), sync);
    await client.query(replace);
    expect((await client.run(bind("", "p"), execute(""), sync)).join("\n")).toContain("prepare it again");
    expect(await proxied.truth("SELECT count(*) FROM t")).toEqual([["3"]]);
  });
});

/** Takes its time for the second record of a kind, as a disk may. */
class SlowRecorder extends MemoryRecorder {
  readonly #isOfKind: (draft: RecordDraft) => boolean;
  #count = 0;

  constructor(isOfKind: (draft: RecordDraft) => boolean) {
    super();
    this.#isOfKind = isOfKind;
  }

  override async record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> {
    if (drafts.some(this.#isOfKind)) this.#count += 1;
    if (this.#count === 2 && drafts.some(this.#isOfKind))
      await new Promise((resolve) => setTimeout(resolve, 1000));
    await super.record(drafts, safety);
  }
}

function policy(text: string) {
  return { decider: policyDecider(compilePolicy(text, "policy.yaml")) };
}
