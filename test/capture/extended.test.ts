import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { outcomes, stories } from "./well-formed.ts";
import {
  bind,
  close,
  describe as describeMessage,
  execute,
  flush,
  parse,
  query,
  shown,
  sync,
  unnamed,
} from "./wire-client.ts";

const proxied = useProxy(`
  CREATE TABLE t (id int PRIMARY KEY, v text);
  CREATE TABLE child (id int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
`);

beforeEach(async () => {
  await proxied.truth("TRUNCATE t, child");
});

type Script = readonly (readonly FrontendMessage[])[];

interface Case {
  readonly name: string;
  /** Each inner list is sent at once; its answers are awaited before the next. */
  readonly script: Script;
  readonly outcomes: readonly string[];
  readonly ids: readonly number[];
}

const insert = (id: number) => unnamed(`INSERT INTO t VALUES (${id})`);
const five = unnamed("INSERT INTO t SELECT generate_series(1, 5)");
const fiveInserted = "INSERT INTO t SELECT generate_series(1, 5) · completed · ok · committed · affected 5";

const cases: Case[] = [
  {
    name: "an error in the middle of a pipeline undoes what was done, and skips the rest",
    script: [
      [...insert(1), sync],
      [
        ...unnamed("UPDATE t SET v = 'a'"),
        ...unnamed("SELECT 1/0"),
        ...unnamed("UPDATE t SET v = 'b'"),
        sync,
      ],
      [...insert(2), sync],
    ],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "UPDATE t SET v = 'a' · completed · ok · rolled-back · affected 1",
      "SELECT 1/0 · failed · error · rolled-back",
      "UPDATE t SET v = 'b' · cancelled · skipped · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
    ],
    ids: [1, 2],
  },
  {
    name: "several segments without waiting",
    script: [
      [...insert(1), sync, ...insert(1), sync, ...insert(2), ...insert(3), sync, ...unnamed("TABLE t"), sync],
    ],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "INSERT INTO t VALUES (1) · failed · error · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
      "INSERT INTO t VALUES (3) · completed · ok · committed · affected 1",
      "TABLE t · completed · ok · committed · returned 3",
    ],
    ids: [1, 2, 3],
  },
  {
    name: "a transaction in one segment",
    script: [[...unnamed("BEGIN"), ...insert(1), ...unnamed("COMMIT"), ...insert(2), sync]],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
    ],
    ids: [1, 2],
  },
  {
    name: "COMMIT, and an error behind it in the segment",
    script: [[...unnamed("BEGIN"), ...insert(1), ...unnamed("COMMIT"), ...insert(2), ...insert(2), sync]],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
      "INSERT INTO t VALUES (2) · completed · ok · rolled-back · affected 1",
      "INSERT INTO t VALUES (2) · failed · error · rolled-back",
    ],
    ids: [1],
  },
  {
    name: "a deferred constraint that fails at Sync",
    script: [
      [...insert(1), ...unnamed("INSERT INTO child VALUES (9)"), sync],
      [...insert(2), sync],
    ],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "INSERT INTO child VALUES (9) · completed · ok · rolled-back · affected 1",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
    ],
    ids: [2],
  },
  {
    name: "an empty statement, and a Parse that fails",
    script: [
      [...unnamed(""), sync],
      [...unnamed("TABLE missing"), sync],
      [parse("p", "TABLE missing"), sync],
    ],
    outcomes: ["TABLE missing · failed · error · rolled-back"],
    ids: [],
  },
  {
    name: "a Bind that fails",
    script: [[parse("", "SELECT $1::int"), bind("", "", ["x"]), execute(""), ...insert(1), sync]],
    outcomes: [
      "SELECT $1::int · failed · error · rolled-back",
      "INSERT INTO t VALUES (1) · cancelled · skipped · rolled-back",
    ],
    ids: [],
  },
  {
    name: "Execute with a row limit, repeated, is one execution",
    script: [
      [...five, sync],
      [parse("", "TABLE t"), bind("", ""), execute("", 2), flush, execute("", 2), execute("", 2), sync],
    ],
    outcomes: [fiveInserted, "TABLE t · completed · ok · committed · returned 5"],
    ids: [1, 2, 3, 4, 5],
  },
  {
    name: "Execute with a row limit, repeated beyond the end",
    script: [
      [...five, sync],
      [parse("", "TABLE t"), bind("", ""), execute("", 9), execute("", 9), sync],
    ],
    outcomes: [fiveInserted, "TABLE t · completed · ok · committed · returned 5"],
    ids: [1, 2, 3, 4, 5],
  },
  {
    name: "an UPDATE … RETURNING that stops at its row limit has done all its work",
    script: [
      [...five, sync],
      [parse("", "UPDATE t SET v = 'x' RETURNING id"), bind("", ""), execute("", 1), sync],
    ],
    outcomes: [
      fiveInserted,
      "UPDATE t SET v = 'x' RETURNING id · completed · ok · committed · affected 5, returned 1",
    ],
    ids: [1, 2, 3, 4, 5],
  },
  {
    name: "an UPDATE … RETURNING that is fetched to its end reports what it changed",
    script: [
      [...five, sync],
      [
        parse("", "UPDATE t SET v = 'x' RETURNING id"),
        bind("", ""),
        execute("", 2),
        execute("", 2),
        execute("", 2),
        sync,
      ],
    ],
    outcomes: [
      fiveInserted,
      "UPDATE t SET v = 'x' RETURNING id · completed · ok · committed · affected 5, returned 5",
    ],
    ids: [1, 2, 3, 4, 5],
  },
  {
    name: "a portal that is closed while it is suspended",
    script: [
      [...five, sync],
      [parse("", "TABLE t"), bind("c", ""), execute("c", 2), close("portal", "c"), ...insert(6), sync],
    ],
    outcomes: [
      fiveInserted,
      "TABLE t · completed · ok · committed · returned 2",
      "INSERT INTO t VALUES (6) · completed · ok · committed · affected 1",
    ],
    ids: [1, 2, 3, 4, 5, 6],
  },
  {
    name: "a portal that is left suspended in a transaction, across Syncs",
    script: [
      [...five, sync],
      [...unnamed("BEGIN"), sync],
      [parse("", "TABLE t"), bind("c", ""), execute("c", 2), sync],
      [parse("", "UPDATE t SET v = 'x' RETURNING id"), bind("u", ""), execute("u", 2), sync],
      [execute("c", 1), sync],
      [query("ROLLBACK")],
    ],
    outcomes: [
      fiveInserted,
      "BEGIN · completed · ok · open",
      "TABLE t · completed · ok · committed · returned 3",
      "UPDATE t SET v = 'x' RETURNING id · completed · ok · rolled-back · affected 5, returned 2",
      "ROLLBACK · completed · ok · rolled-back",
    ],
    ids: [1, 2, 3, 4, 5],
  },
  {
    name: "Describe, Flush and Close in all orders",
    script: [
      [
        parse("s", "SELECT id FROM t WHERE v = $1"),
        describeMessage("statement", "s"),
        flush,
        bind("p", "s", ["x"]),
        describeMessage("portal", "p"),
        close("statement", "s"),
        execute("p"),
        close("portal", "p"),
        close("portal", "never was"),
        sync,
      ],
      [parse("u", "DELETE FROM t"), describeMessage("statement", "u"), close("statement", "u"), sync],
    ],
    outcomes: ["SELECT id FROM t WHERE v = $1 · completed · ok · committed · returned 0"],
    ids: [],
  },
  {
    name: "parsed once, executed many times",
    script: [
      [parse("i", "INSERT INTO t VALUES ($1)"), sync],
      [bind("", "i", ["1"]), execute(""), bind("", "i", ["2"]), execute(""), sync],
      [bind("", "i", ["1"]), execute(""), sync, bind("", "i", ["3"]), execute(""), sync],
    ],
    outcomes: [
      "INSERT INTO t VALUES ($1) · completed · ok · committed · affected 1",
      "INSERT INTO t VALUES ($1) · completed · ok · committed · affected 1",
      "INSERT INTO t VALUES ($1) · failed · error · rolled-back",
      "INSERT INTO t VALUES ($1) · completed · ok · committed · affected 1",
    ],
    ids: [1, 2, 3],
  },
  {
    name: "a portal executed twice",
    script: [
      [parse("", "INSERT INTO t VALUES (1)"), bind("", ""), execute(""), execute(""), sync],
      [parse("", "TABLE t"), bind("", ""), execute(""), execute(""), sync],
    ],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "INSERT INTO t VALUES (1) · failed · error · rolled-back",
      "TABLE t · completed · ok · committed · returned 0",
      "TABLE t · completed · ok · committed · returned 0",
    ],
    ids: [],
  },
  {
    name: "a portal that is bound and never executed",
    script: [[...unnamed("BEGIN"), parse("", "DELETE FROM t"), bind("p", ""), sync], [query("COMMIT")]],
    outcomes: ["BEGIN · completed · ok · open", "COMMIT · completed · ok · committed"],
    ids: [],
  },
  {
    name: "a simple query between extended ones, without Sync",
    script: [
      [...insert(1), query("INSERT INTO t VALUES (2)")],
      [...insert(3), sync],
    ],
    // The server leaves the implicit transaction open and then says idle; whether it committed, it never told.
    outcomes: [
      "INSERT INTO t VALUES (1) · unknown · unknown · affected 1",
      "INSERT INTO t VALUES (2) · unknown · unknown · affected 1",
      "INSERT INTO t VALUES (3) · unknown · unknown · affected 1",
    ],
    ids: [1, 2, 3],
  },
];

describe("every execution in the extended protocol has its true outcome", () => {
  test.each(cases)("$name", async ({ script, outcomes: expected, ids }) => {
    const client = await proxied.connect();
    for (const messages of script) await client.run(...messages);
    expect(outcomes(proxied.recorder)).toEqual(expected);
    expect((await proxied.truth("SELECT id FROM t ORDER BY id")).flat()).toEqual(ids);
  });

  test.each(cases)("the client sees what it would see without a proxy: $name", async ({ script }) => {
    const seen: string[][] = [];
    for (const url of [proxied.directUrl, proxied.url]) {
      await proxied.truth("TRUNCATE t, child");
      const client = await (url === proxied.url ? proxied.connect() : proxied.connectDirectly());
      const lines: string[] = [];
      for (const messages of script) lines.push(...(await client.run(...messages)));
      seen.push(lines);
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe("the extended protocol", () => {
  test("records what the server ignores between an error and Sync", async () => {
    const ignored = [
      ...unnamed("SELECT 1/0"),
      flush,
      ...insert(1),
      flush,
      query("INSERT INTO t VALUES (2)"),
      ...insert(3),
      sync,
    ];
    const seen: string[][] = [];
    for (const connect of [proxied.connectDirectly, proxied.connect]) {
      const client = await connect();
      client.send(...ignored);
      const lines = (await client.until("ready-for-query")).map(shown);
      // The same again, with an answer in between: by now the proxy knows that the server ignores.
      client.send(...ignored.slice(0, 4));
      lines.push(...(await client.until("error-response")).map(shown));
      client.send(...ignored.slice(4));
      lines.push(...(await client.until("ready-for-query")).map(shown));
      seen.push([...lines, ...(await client.run(...unnamed("SELECT 1"), sync))]);
    }
    expect(seen[1]).toEqual(seen[0]);
    const once = [
      "SELECT 1/0 · failed · error · rolled-back",
      "INSERT INTO t VALUES (1) · cancelled · skipped · rolled-back",
      "INSERT INTO t VALUES (2) · cancelled · skipped · rolled-back",
      "INSERT INTO t VALUES (3) · cancelled · skipped · rolled-back",
    ];
    expect(outcomes(proxied.recorder)).toEqual([
      ...once,
      ...once,
      "SELECT 1 · completed · ok · committed · returned 1",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("serves 1,000 statements in one segment", async () => {
    const client = await proxied.connect();
    const messages = Array.from({ length: 1000 }, (_, id) =>
      unnamed("INSERT INTO t VALUES ($1)", `${id}`),
    ).flat();
    const answers = await client.run(...messages, sync);
    expect(answers).toHaveLength(3001);
    const all = stories(proxied.recorder);
    expect(all).toHaveLength(1000);
    expect(all.every(({ final }) => final?.transaction?.outcome === "committed")).toBe(true);
    expect(all.map(({ final }) => final?.statement?.parameters?.[0]?.value)).toEqual(
      Array.from({ length: 1000 }, (_, id) => `${id}`),
    );
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[1000]]);
  });

  test("records bound values: text, binary with the described type, and NULL", async () => {
    const client = await proxied.connect();
    await client.run(parse("s", "INSERT INTO t VALUES ($1, $2)"), describeMessage("statement", "s"), sync);
    const seven = Buffer.from([0, 0, 0, 7]);
    await client.run(
      bind("", "s", [seven, "it's"], [1, 0]),
      execute(""),
      bind("", "s", ["8", null]),
      execute(""),
      sync,
    );
    expect(stories(proxied.recorder).map(({ final }) => final?.statement?.parameters)).toEqual([
      [
        { index: 1, type: "int4", value: "7" },
        { index: 2, type: "text", value: "it's" },
      ],
      [
        { index: 1, type: "int4", value: "8" },
        { index: 2, null: true, type: "text" },
      ],
    ]);
    expect(await proxied.truth("TABLE t ORDER BY id")).toEqual([
      [7, "it's"],
      [8, null],
    ]);
  });

  test("gives a read that is suspended no record before it ends, and a write its rows", async () => {
    const client = await proxied.connect();
    await client.run(...five, sync);
    await client.run(...unnamed("BEGIN"), sync);
    proxied.recorder.clear();
    await client.run(parse("", "UPDATE t SET v = 'x' RETURNING id"), bind("u", ""), execute("u", 1), sync);
    expect(proxied.recorder.types()).toEqual(["db.statement.requested", "db.statement.answered"]);
    expect(proxied.recorder.drafts[1]?.effect).toMatchObject({
      byTable: [{ deleted: 0, inserted: 0, name: "t", schema: "public", updated: 5 }],
      rows: { affected: 5, returned: 1 },
      source: "statistics",
    });
  });
});
