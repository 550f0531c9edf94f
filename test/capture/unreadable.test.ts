import { describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { outcomes, stories } from "./well-formed.ts";
import { bind, execute, parse, query, sync, unnamed, WireClient } from "./wire-client.ts";

const maxStatementBytes = 600_000;
const proxied = useProxy("CREATE TABLE t (v text)", { maxStatementBytes });

/** A query whose bytes are not UTF-8. */
const raw = (sqlBytes: Buffer) => ({ type: "query", sql: "", sqlBytes }) as const;

describe("what cannot be read is not forwarded", () => {
  test.each([
    "SELECTT 1",
    "SELECT 1; DROP",
    "SELECT (1",
    "INSERT INTO t VALUES ('ä€😀', )",
    "SELECT 'no end",
    "SELECT $1 FROM FROM",
    "é",
    "SELECT 1 -- comment\n FROM WHERE",
    'SELECT ""',
    "SELECT U&'\\+zzzzzz'",
  ])("with the server's own words and position: %s", async (sql) => {
    const [direct, client] = [await proxied.connectDirectly(), await proxied.connect()];
    expect(await client.query(sql)).toEqual(await direct.query(sql));
    expect(await client.run(...unnamed(sql), sync)).toEqual(await direct.run(...unnamed(sql), sync));
    expect(stories(proxied.recorder).map(({ steps }) => steps)).toEqual([
      ["requested", "denied"],
      ["requested", "denied"],
    ]);
    expect(stories(proxied.recorder)[0]?.requested.statement?.text).toBe(sql);
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test("because it is too long: an ERROR up to the limit of a message, beyond it the end", async () => {
    const client = await proxied.connect();
    const literal = (bytes: number) => `SELECT length('${"x".repeat(bytes)}')`;
    expect(await client.query(literal(maxStatementBytes - 100))).toContain(`row ${maxStatementBytes - 100}`);
    expect(await client.query(literal(maxStatementBytes))).toEqual([
      expect.stringMatching(/^error ERROR 54000 .*at most 600000 are taken$/),
      "ready idle",
    ]);
    expect(await client.query("SELECT 1")).toContain("row 1");
    expect(await client.query(literal(2 * maxStatementBytes))).toEqual([
      expect.stringMatching(/^error FATAL 54000/),
    ]);
  });

  test("because it is nested too deeply", async () => {
    const client = await proxied.connect();
    const deep = `SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`;
    expect(await client.query(deep)).toEqual([expect.stringMatching(/^error ERROR 54001/), "ready idle"]);
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test("because a backslash may escape a quote", async () => {
    const client = await proxied.connect();
    await client.query("SET standard_conforming_strings = off");
    expect(await client.query("SELECT 'a\\'")).toEqual([
      expect.stringMatching(/^error ERROR 0A000/),
      "ready idle",
    ]);
    expect(await client.query("SELECT 'a' AS v")).toContain("row a");
    await client.query("RESET standard_conforming_strings");
    expect(await client.query("SELECT 'a\\' AS v")).toContain("row a\\");
  });

  test.each([
    [
      "set in the same segment",
      [...unnamed("SET standard_conforming_strings = off"), ...unnamed("SELECT '\\', '"), sync],
      "0A000",
    ],
    [
      "set in the segment before",
      [...unnamed("SET standard_conforming_strings = off"), sync, ...unnamed("SELECT 'a\\'"), sync],
      "0A000",
    ],
    ["set by code", [query("SELECT hides()"), query("SELECT 'a\\'")], "0A000"],
    [
      "taken back by the end of the transaction",
      [
        query("SET standard_conforming_strings = off"),
        query("BEGIN; SET LOCAL standard_conforming_strings = on"),
        query("COMMIT"),
        query("SELECT 'a\\'"),
      ],
      "0A000",
    ],
  ])("because a setting on its way may change how it is read: %s", async (_name, messages, code) => {
    await proxied.truth(
      "CREATE OR REPLACE FUNCTION hides() RETURNS text LANGUAGE sql AS $$ SELECT set_config('standard_conforming_strings', 'off', false) $$",
    );
    const client = await proxied.connect();
    const answers = await client.run(...messages);
    expect(answers.filter((line) => line.startsWith("error"))).toEqual([
      expect.stringMatching(new RegExp(`^error ERROR ${code}`)),
    ]);
  });

  test("because the encoding hides where characters end", async () => {
    const client = await proxied.connect({ settings: { client_encoding: "SJIS" } });
    expect(await client.query("SELECT 1 AS one")).toContain("row 1");
    expect(await client.run(raw(Buffer.from([...Buffer.from("SELECT '"), 0x83, 0x5c, 0x27])))).toEqual([
      expect.stringMatching(/^error ERROR 0A000 .*SJIS: use UTF8$/),
      "ready idle",
    ]);
  });

  test("but other encodings work, and the record keeps the bytes", async () => {
    const client = await proxied.connect({ settings: { client_encoding: "LATIN1" } });
    const sql = Buffer.from("INSERT INTO t VALUES ('caf\u00e9')", "latin1");
    expect(await client.run(raw(sql))).toEqual(["complete INSERT 0 1", "ready idle"]);
    await client.run(
      parse("", "INSERT INTO t VALUES ($1)"),
      bind("", "", [Buffer.from([0xe9])]),
      execute(""),
      sync,
    );
    expect(await proxied.truth("TABLE t")).toEqual([["café"], ["é"]]);
    const [first, second] = stories(proxied.recorder);
    expect(first?.final?.statement?.digest).toBe(
      (await import("node:crypto")).createHash("sha256").update(sql).digest("hex"),
    );
    expect(second?.final?.statement?.parameters?.[0]?.value).toBe("é");
    await proxied.truth("TRUNCATE t");
  });
});

describe("function-call messages", () => {
  const call = {
    type: "function-call",
    functionId: 1299, // now()
    argumentFormats: [],
    arguments: [],
    resultFormat: 0,
  } as const;

  test("are denied, and the connection goes on", async () => {
    const client = await proxied.connect();
    client.send(call);
    expect((await client.until("ready-for-query")).map(({ type }) => type)).toEqual([
      "error-response",
      "ready-for-query",
    ]);
    expect(await client.query("SELECT 1")).toContain("row 1");
    expect(stories(proxied.recorder)[0]?.final).toMatchObject({
      type: "db.statement.denied",
      decision: { rule: "builtin:function-call" },
      statement: { protocol: "function-call" },
    });
  });

  test("are ignored between an error and Sync", async () => {
    const client = await proxied.connect();
    client.send(...unnamed("SELECT 1/0"), call, sync);
    expect((await client.until("ready-for-query")).map(({ type }) => type).slice(-2)).toEqual([
      "error-response",
      "ready-for-query",
    ]);
    expect(await client.query("SELECT 1")).toContain("row 1");
  });
});

test("the session of another client is not touched by what one sends", async () => {
  const [one, other] = [await WireClient.connect(proxied.url), await WireClient.connect(proxied.url)];
  await one.query("SET standard_conforming_strings = off");
  expect(await other.query("SELECT 'a\\' AS v")).toContain("row a\\");
  await Promise.all([one.close(), other.close()]);
  await proxied.settled();
  expect(outcomes(proxied.recorder)).toHaveLength(2);
});
