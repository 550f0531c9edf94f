import { Client } from "pg";
import postgres from "postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { denying, touches } from "./proxied-database.ts";
import { outcomes, stories } from "./well-formed.ts";
import {
  bind,
  close,
  copyData,
  copyDone,
  execute,
  flush,
  parse,
  query,
  sync,
  unnamed,
} from "./wire-client.ts";

const proxied = useProxy(
  "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE secret (id int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  { decider: denying((action) => touches(action, "secret") || touches(action, "TRUNCATE")) },
);

beforeEach(async () => {
  await proxied.truth("DELETE FROM t; DELETE FROM secret; INSERT INTO secret VALUES (1)");
});

const denied = /^error ERROR 42501 Custody denied \w+.*: the test says no$/;

describe("a denial", () => {
  test("in a simple query: nothing of the string runs, and the connection goes on", async () => {
    const client = await proxied.connect();
    const answers = await client.query("INSERT INTO t VALUES (1); TRUNCATE t; INSERT INTO t VALUES (2)");
    expect(answers).toEqual([expect.stringMatching(denied), "ready idle"]);
    expect(await client.query("SELECT 1 AS one")).toContain("row 1");
    expect(outcomes(proxied.recorder)).toEqual([
      "INSERT INTO t VALUES (1) · cancelled · skipped",
      "TRUNCATE t · denied",
      "INSERT INTO t VALUES (2) · cancelled · skipped",
      "SELECT 1 AS one · completed · ok · committed · returned 1",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("names the rule and the action", async () => {
    const client = new Client({ connectionString: proxied.url });
    await client.connect();
    const error = await client.query("TABLE secret").catch((caught) => caught);
    await client.end();
    const [story] = stories(proxied.recorder);
    expect(error).toMatchObject({
      code: "42501",
      severity: "ERROR",
      message: "Custody denied SELECT: the test says no",
      detail: `Rule test-no, action ${story?.requested.action}; see custody show ${story?.requested.action}.`,
    });
    expect(story?.final?.decision).toEqual({
      effect: "deny",
      policy: "test",
      reasons: ["the test says no"],
      rule: "test-no",
    });
  });

  test("takes the place of Bind in the extended protocol", async () => {
    const client = await proxied.connect();
    expect(await client.run(...unnamed("TABLE secret"), close("portal", ""), sync)).toEqual([
      "parse-complete",
      expect.stringMatching(denied),
      "ready idle",
    ]);
    expect(await client.run(...unnamed("SELECT 1"), sync)).toContain("row 1");
  });

  test("in the middle of a pipeline undoes what stands before it, as any error does", async () => {
    const client = await proxied.connect();
    const answers = await client.run(
      ...[
        ...unnamed("INSERT INTO t VALUES (1)"),
        ...unnamed("TABLE secret"),
        ...unnamed("INSERT INTO t VALUES (2)"),
      ],
      ...[sync, ...unnamed("INSERT INTO t VALUES (3)"), sync],
    );
    expect(answers).toEqual([
      ...["parse-complete", "bind-complete", "complete INSERT 0 1"],
      ...["parse-complete", expect.stringMatching(denied), "ready idle"],
      ...["parse-complete", "bind-complete", "complete INSERT 0 1", "ready idle"],
    ]);
    expect(outcomes(proxied.recorder)).toEqual([
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "TABLE secret · denied",
      "INSERT INTO t VALUES (2) · cancelled · skipped",
      "INSERT INTO t VALUES (3) · completed · ok · committed · affected 1",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([[3]]);
  });

  test("before a Flush is heard at once, and the rest up to Sync is ignored", async () => {
    const client = await proxied.connect();
    client.send(...unnamed("TABLE secret"), flush);
    const answers = await client.until("error-response");
    expect(answers.map(({ type }) => type)).toEqual(["parse-complete", "error-response"]);
    expect(await client.run(...unnamed("INSERT INTO t VALUES (1)"), sync)).toEqual(["ready idle"]);
    expect(outcomes(proxied.recorder)).toEqual([
      "TABLE secret · denied",
      "INSERT INTO t VALUES (1) · cancelled · skipped · rolled-back",
    ]);
  });

  test.each([
    ["simple", [query("TABLE secret")]],
    ["extended", [...unnamed("TABLE secret"), sync]],
  ])("within a transaction fails it, and ROLLBACK TO SAVEPOINT recovers it: %s", async (_name, messages) => {
    const client = await proxied.connect();
    await client.query("BEGIN; INSERT INTO t VALUES (1); SAVEPOINT s");
    expect((await client.run(...messages)).at(-1)).toBe("ready failed");
    expect(await client.query("INSERT INTO t VALUES (2)")).toEqual([
      expect.stringMatching(/^error ERROR 25P02/),
      "ready failed",
    ]);
    expect(await client.query("ROLLBACK TO SAVEPOINT s")).toEqual([
      "complete ROLLBACK",
      "ready in-transaction",
    ]);
    expect(await client.query("INSERT INTO t VALUES (3); COMMIT")).toContain("complete COMMIT");
    expect(await proxied.truth("TABLE t ORDER BY 1")).toEqual([[1], [3]]);
  });

  test("behind an error that the server has answered already is not heard, as nothing is before Sync", async () => {
    const client = await proxied.connect();
    client.send(...unnamed("SELECT 1/0"), flush);
    await client.until("error-response");
    client.send(query("TABLE secret"), ...unnamed("TABLE secret"));
    expect(await client.run(sync)).toEqual(["ready idle"]);
    expect(await client.query("TABLE t")).toContain("complete SELECT 0");
  });

  test("behind an error in the same breath is not heard either", async () => {
    const client = await proxied.connect();
    client.send(...unnamed("SELECT 1/0"), query("TABLE secret"), sync);
    const answers = await client.until("ready-for-query");
    expect(answers.map(({ type }) => type)).toEqual(["parse-complete", "error-response", "ready-for-query"]);
    expect(await client.query("TABLE t")).toContain("complete SELECT 0");
  });

  test("leaves the unnamed statement and the portals of the transaction alone", async () => {
    const client = await proxied.connect();
    await client.run(parse("", "SELECT 7"), sync);
    await client.run(parse("x", "TABLE secret"), bind("x", "x"), execute("x"), sync);
    expect(await client.run(bind("", ""), execute(""), sync)).toContain("row 7");
    // A Parse that is refused itself takes the old one away, as one does that the server refuses.
    await client.run(parse("", "SELECTT"), sync);
    expect((await client.run(bind("", ""), execute(""), sync))[0]).toMatch(/^error ERROR 26000/);
  });

  test("of COPY comes instead of CopyInResponse; data on its way is ignored", async () => {
    const client = await proxied.connect();
    client.send(query("COPY secret FROM STDIN"), copyData("2\n"), copyDone);
    expect((await client.until("ready-for-query")).map(({ type }) => type)).toEqual([
      "error-response",
      "ready-for-query",
    ]);
    expect(await client.query("COPY secret TO STDOUT")).toEqual([
      expect.stringMatching(denied),
      "ready idle",
    ]);
    expect(await proxied.truth("TABLE secret")).toEqual([[1]]);
  });

  test("of a prepared statement that code of the server made comes at EXECUTE", async () => {
    const unknown = await proxied.another({
      decider: denying(({ operations }) => operations.some(({ kind }) => kind === "unknown")),
    });
    const client = await unknown.connect();
    await client.query("DO $$ BEGIN EXECUTE 'PREPARE hidden AS DELETE FROM secret'; END $$");
    expect(await client.query("EXECUTE hidden")).toEqual([expect.stringMatching(denied), "ready idle"]);
    await client.close();
    expect(await proxied.truth("TABLE secret")).toEqual([[1]]);
  });

  test("comes at EXECUTE for what another rule let be prepared", async () => {
    let isStrict = false;
    const other = await proxied.another({
      decider: denying((action) => isStrict && touches(action, "secret")),
    });
    const client = await other.connect();
    await client.query("PREPARE p AS DELETE FROM secret");
    await client.run(parse("w", "DELETE FROM secret"), sync);
    isStrict = true;
    expect(await client.query("EXECUTE p")).toEqual([expect.stringMatching(denied), "ready idle"]);
    expect(await client.query("EXECUTE w")).toEqual([expect.stringMatching(denied), "ready idle"]);
    expect(await client.run(bind("", "w"), execute(""), sync)).toEqual([
      expect.stringMatching(denied),
      "ready idle",
    ]);
    await client.close();
    expect(await proxied.truth("TABLE secret")).toEqual([[1]]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("out of order");
      },
    ],
    ["rejects", () => Promise.reject(new Error("out of order"))],
  ])("is what a decider means that %s", async (_name, decide) => {
    const broken = await proxied.another({ decider: { decide } });
    const client = await broken.connect();
    expect(await client.query("INSERT INTO t VALUES (1)")).toEqual([
      "error ERROR 42501 Custody denied INSERT: the policy could not decide: out of order",
      "ready idle",
    ]);
    await client.close();
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("waits for a decider that takes its time, and nothing overtakes", async () => {
    const slow = await proxied.another({
      decider: {
        decide: async (action) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          return denying((one) => touches(one, "secret")).decide(action);
        },
      },
    });
    const client = await slow.connect();
    const answers = await client.run(
      ...[query("INSERT INTO t VALUES (1)"), query("TABLE secret"), query("INSERT INTO t VALUES (2)")],
      ...[...unnamed("TABLE t"), sync],
    );
    expect(answers.filter((line) => !/^ready|complete$/.test(line))).toEqual([
      "complete INSERT 0 1",
      expect.stringMatching(denied),
      "complete INSERT 0 1",
      "row 1",
      "row 2",
      "complete SELECT 2",
    ]);
    await client.close();
  });
});

describe("drivers stay in step after a denial", () => {
  test("node-postgres", async () => {
    const client = new Client({ connectionString: proxied.url });
    await client.connect();
    for (const text of ["TABLE secret", "SELECT * FROM secret WHERE id = $1"]) {
      for (const name of [undefined, `named ${text.length}`]) {
        const values = text.includes("$1") ? [1] : [];
        const config = name === undefined ? { text, values } : { text, values, name };
        await expect(client.query(config)).rejects.toMatchObject({ code: "42501" });
        expect((await client.query("SELECT $1::int AS n", [5])).rows).toEqual([{ n: 5 }]);
      }
    }
    await client.end();
  });

  test("postgres.js, with a pipeline of many", async () => {
    const sql = postgres(proxied.url, { max: 1, onnotice: () => {} });
    const settled = await Promise.allSettled(
      Array.from({ length: 30 }, (_, at) =>
        at % 3 === 1 ? sql`SELECT * FROM secret WHERE id = ${at}` : sql`SELECT ${at}::int AS n`,
      ),
    );
    for (const [at, result] of settled.entries()) {
      if (at % 3 === 1) expect(result).toMatchObject({ reason: { code: "42501" } });
      else expect(result).toMatchObject({ value: [{ n: at }] });
    }
    await expect(sql.begin((transaction) => transaction`TABLE secret`)).rejects.toMatchObject({
      code: "42501",
    });
    await sql.end();
  });
});
