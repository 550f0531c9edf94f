import { createHash } from "node:crypto";
import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { HeldRecorder } from "./held-recorder.ts";
import { outcomes, stories } from "./well-formed.ts";
import {
  bind,
  close,
  copyData,
  copyDone,
  copyFail,
  execute,
  flush,
  parse,
  query,
  shown,
  sync,
  unnamed,
  type WireClient,
} from "./wire-client.ts";

const recorder = new HeldRecorder();
const proxied = useProxy("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id int)", {
  recorder,
});

beforeEach(async () => {
  await proxied.truth("TRUNCATE t, u");
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** What one COPY is recorded with. */
function bulk(at: number) {
  return stories(recorder)[at]?.final?.effect?.bulk;
}

const copied = (rows: number) => `completed · ok · committed · affected ${rows}`;

describe("COPY from the client", () => {
  test("records size and digest of the data, and the rows", async () => {
    const client = await proxied.connect();
    const pieces = ["1\tone\n2\t", "two\n", "", "3\tthree\n"];
    client.send(query("COPY t FROM STDIN"));
    await client.until("copy-in-response");
    for (const piece of pieces) client.send(copyData(piece));
    client.send(copyDone);
    expect((await client.until("ready-for-query")).map(shown)).toEqual(["complete COPY 3", "ready idle"]);
    expect(outcomes(recorder)).toEqual([`COPY t FROM STDIN · ${copied(3)}`]);
    const data = pieces.join("");
    expect(bulk(0)).toEqual({ bytes: data.length, digest: sha256(data), direction: "in" });
    expect(recorder.types()).toContain("db.statement.copy-received");
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[3]]);
  });

  const all: readonly FrontendMessage[] = [copyData("1\ta\n"), copyDone];
  const extended = [parse("", "COPY t FROM STDIN"), bind("", ""), execute("")];

  test.each<[string, readonly FrontendMessage[], number]>([
    ["simple, all at once", [query("COPY t FROM STDIN"), ...all], 1],
    [
      "simple, with a Sync and a Flush among the data, which the server ignores",
      [query("COPY t FROM STDIN"), sync, flush, ...all],
      1,
    ],
    ["extended, Sync at the end", [...extended, ...all, sync], 1],
    [
      "extended, as libpq: Sync at once, which the server ignores, and again",
      [...extended, sync, ...all, sync],
      1,
    ],
    [
      "extended, as libpq, with Close behind the data",
      [...extended, sync, ...all, close("portal", ""), sync],
      1,
    ],
    ["with nothing at all", [query("COPY t FROM STDIN"), copyDone], 1],
    ["and a statement behind it", [query("COPY t FROM STDIN; UPDATE t SET v = 'x'"), ...all], 1],
    [
      "two in one string",
      [query("COPY t FROM STDIN; COPY u FROM STDIN"), ...all, copyData("5\n"), copyDone],
      1,
    ],
    [
      "two in two strings, without waiting",
      [query("COPY t FROM STDIN"), ...all, query("COPY u FROM STDIN"), copyData("5\n"), copyDone],
      2,
    ],
    ["that the client gives up", [query("COPY t FROM STDIN"), copyData("1\ta\n"), copyFail("no more")], 1],
    ["extended, that the client gives up", [...extended, copyData("1\ta\n"), copyFail("no more"), sync], 1],
    [
      "with a bad row, and data behind it",
      [query("COPY t FROM STDIN"), copyData("bad\n"), copyData("2\tb\n"), copyDone],
      1,
    ],
    [
      "extended, with a bad row, and data behind it",
      [...extended, copyData("bad\n"), copyData("2\tb\n"), copyDone, sync],
      1,
    ],
    [
      "two in one string, the first with a bad row",
      [query("COPY t FROM STDIN; COPY u FROM STDIN"), copyData("bad\n"), copyDone, copyData("5\n"), copyDone],
      1,
    ],
    ["into a table that is not there", [query("COPY nowhere FROM STDIN"), ...all], 1],
    [
      "extended, into a table that is not there",
      [parse("", "COPY nowhere FROM STDIN"), bind("", ""), execute(""), ...all, sync],
      1,
    ],
    [
      "out, and in again",
      [query("COPY (SELECT 1, 'a') TO STDOUT; COPY t FROM STDIN; COPY t TO STDOUT"), ...all],
      1,
    ],
    ["data outside of any COPY, which the server ignores", [...all, copyFail(""), query("SELECT 1")], 1],
  ])("shows the client what it would see without a proxy: %s", async (_name, messages, ready) => {
    const seen: string[][] = [];
    for (const connect of [proxied.connectDirectly, proxied.connect]) {
      await proxied.truth("TRUNCATE t, u");
      const client = await connect();
      client.send(...messages);
      const lines = (await client.until("ready-for-query", ready)).map(shown);
      seen.push([...lines, ...(await client.query("TABLE t")), ...(await client.query("TABLE u"))]);
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  test("several in one string have each its own data and digest", async () => {
    const client = await proxied.connect();
    client.send(query("COPY t FROM STDIN; COPY u FROM STDIN"));
    client.send(...all, copyData("5\n6\n"), copyDone);
    await client.until("ready-for-query");
    expect(outcomes(recorder)).toEqual([
      `COPY t FROM STDIN · ${copied(1)}`,
      `COPY u FROM STDIN · ${copied(2)}`,
    ]);
    expect([bulk(0)?.digest, bulk(1)?.digest]).toEqual([sha256("1\ta\n"), sha256("5\n6\n")]);
  });

  test.each<[string, readonly FrontendMessage[], string]>([
    ["given up by the client", [copyData("1\ta\n"), copyFail("no")], "cancelled · rolled-back"],
    ["with a bad row", [copyData("bad\n"), copyDone], "failed · error · rolled-back"],
  ])("changes nothing and says so when it is %s", async (_name, messages, outcome) => {
    const client = await proxied.connect();
    client.send(query("INSERT INTO u VALUES (1); COPY t FROM STDIN; INSERT INTO u VALUES (2)"), ...messages);
    await client.until("ready-for-query");
    expect(outcomes(recorder)).toEqual([
      "INSERT INTO u VALUES (1) · completed · ok · rolled-back · affected 1",
      `COPY t FROM STDIN · ${outcome}`,
      "INSERT INTO u VALUES (2) · cancelled · skipped · rolled-back",
    ]);
    expect(await proxied.truth("TABLE u")).toEqual([]);
  });

  test("takes effect only after size and digest are durable", async () => {
    const client = await proxied.connect();
    client.send(query("COPY t FROM STDIN"));
    await client.until("copy-in-response");
    client.send(copyData("1\ta\n"));
    recorder.hold = "durable";
    client.send(copyDone);
    await recorder.held();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(recorder.types().at(-1)).toBe("db.statement.copy-received");
    expect(recorder.safeties.at(-1)).toBe("durable");
    expect(recorder.drafts.at(-1)?.effect?.bulk).toEqual({
      bytes: 4,
      digest: sha256("1\ta\n"),
      direction: "in",
    });
    expect(client.isQuiet).toBe(true);
    expect(
      await proxied.truth(
        "SELECT wait_event FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY t FROM%'",
      ),
    ).toEqual([["ClientRead"]]);
    recorder.release();
    expect((await client.until("ready-for-query")).map(shown)).toEqual(["complete COPY 1", "ready idle"]);
  });

  test("is refused to the server when size and digest cannot be recorded", async () => {
    const own = new HeldRecorder();
    const other = await proxied.another({ recorder: own });
    const client = await other.connect();
    client.send(query("COPY t FROM STDIN"), copyData("1\ta\n"));
    await client.until("copy-in-response");
    own.failure = Object.assign(new Error("full"), { code: "LEDGER_DISK_FULL" });
    client.send(copyDone);
    expect((await client.until("ready-for-query")).map(shown)).toEqual([
      expect.stringMatching(/^error FATAL 53100/),
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("moves 100,000 rows", async () => {
    const client = await proxied.connect();
    const rows = Array.from({ length: 100_000 }, (_, id) => `${id}\trow ${id}\n`);
    client.send(query("COPY t FROM STDIN"));
    await client.until("copy-in-response");
    client.sendBytes(Buffer.concat(rows.map(copyRow)));
    client.send(copyDone);
    await client.until("ready-for-query");
    const data = rows.join("");
    expect(bulk(0)).toEqual({ bytes: data.length, digest: sha256(data), direction: "in" });
    await client.query("COPY (TABLE t ORDER BY id) TO STDOUT");
    expect(bulk(1)).toEqual({ bytes: data.length, digest: sha256(data), direction: "out" });
    expect(outcomes(recorder)).toEqual([
      `COPY t FROM STDIN · ${copied(100_000)}`,
      "COPY (TABLE t ORDER BY id) TO STDOUT · completed · ok · committed · returned 100000",
    ]);
  });
});

function copyRow(row: string): Buffer {
  const message = Buffer.alloc(5 + row.length, "d");
  message.writeInt32BE(4 + row.length, 1);
  message.write(row, 5);
  return message;
}

describe("COPY to the client", () => {
  const cases: readonly { name: string; run: (client: WireClient) => Promise<unknown> }[] = [
    { name: "simple", run: (client) => client.query("COPY t TO STDOUT") },
    { name: "extended", run: (client) => client.run(...unnamed("COPY t TO STDOUT"), sync) },
  ];

  test.each(cases)("records size, digest and rows: $name", async ({ run }) => {
    await proxied.truth("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    await run(await proxied.connect());
    const data = "1\ta\n2\tb\n";
    expect(bulk(0)).toEqual({ bytes: data.length, digest: sha256(data), direction: "out" });
    expect(outcomes(recorder)).toEqual(["COPY t TO STDOUT · completed · ok · committed · returned 2"]);
  });

  test("of an empty table is the digest of nothing", async () => {
    const client = await proxied.connect();
    await client.query("COPY t TO STDOUT");
    expect(bulk(0)).toEqual({ bytes: 0, digest: sha256(""), direction: "out" });
  });

  test("that fails in the middle says so", async () => {
    const client = await proxied.connect();
    await client.query("COPY (SELECT 1 / (5000 - g) FROM generate_series(1, 5000) g) TO STDOUT");
    expect(outcomes(recorder)).toEqual([
      "COPY (SELECT 1 / (5000 - g) FROM generate_series(1, 5000) g) TO STDOUT · failed · error · rolled-back",
    ]);
  });
});
