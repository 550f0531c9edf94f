import type { FrontendMessage } from "@custody/wire/postgres";
import { describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { HeldRecorder } from "./held-recorder.ts";
import { query, shown, sync, unnamed, WireClient } from "./wire-client.ts";

/** A ledger that cannot write stops everything (promise 4). */
const proxied = useProxy("CREATE TABLE t (id int)");

function failure(code: string): Error {
  return Object.assign(new Error("no room"), { code });
}

async function start(before = "SELECT 1") {
  const recorder = new HeldRecorder();
  const { url, connect } = await proxied.another({ recorder });
  const client = await connect();
  await client.query(before);
  return { url, recorder, client };
}

describe("the ledger fails before the statement goes on", () => {
  const cases: [string, readonly FrontendMessage[]][] = [
    ["a write", [query("INSERT INTO t VALUES (1)")]],
    ["a write, extended", [...unnamed("INSERT INTO t VALUES (1)"), sync]],
    ["a string of several", [query("INSERT INTO t VALUES (1); SELECT 1")]],
    ["CALL", [query("DO 'BEGIN INSERT INTO t VALUES (1); END'")]],
  ];

  test.each(cases)(
    "the client hears an error, and nothing reaches the server: %s",
    async (_name, messages) => {
      const { recorder, client } = await start();
      // Only durable writes fail, so that the error itself can still be told.
      recorder.record = async (drafts, safety) => {
        if (safety === "durable") throw failure("LEDGER_DISK_FULL");
        await HeldRecorder.prototype.record.call(recorder, drafts, safety);
      };
      const answers = await client.run(...messages);
      expect(answers.filter((line) => line.startsWith("error"))).toEqual([
        "error ERROR 53100 Custody cannot record this, so it was not forwarded (LEDGER_DISK_FULL)",
      ]);
      expect(answers.at(-1)).toBe("ready idle");
      expect(await client.query("SELECT 2")).toContain("row 2");
      expect(await proxied.truth("TABLE t")).toEqual([]);
      recorder.failure = failure("LEDGER_IO");
      await client.kill();
    },
  );

  test("a COMMIT that cannot be recorded ends its transaction, and nothing of it lasts", async () => {
    const { recorder, client } = await start("BEGIN; INSERT INTO t VALUES (1)");
    const record = recorder.record.bind(recorder);
    recorder.record = (drafts, safety) =>
      safety === "durable" ? Promise.reject(failure("LEDGER_IO")) : record(drafts, safety);
    expect(await client.query("COMMIT")).toEqual([
      expect.stringMatching(/^error ERROR 58030 Custody cannot record this/),
      "ready idle",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
    recorder.failure = failure("LEDGER_IO");
  });

  test.each(["LEDGER_DISK_FULL", "LEDGER_IO"])("for ever: %s", async (code) => {
    const { url, recorder, client } = await start();
    recorder.failure = failure(code);
    const answers = await client.query("INSERT INTO t VALUES (1)");
    expect(answers).toEqual([
      expect.stringMatching(code === "LEDGER_IO" ? /^error ERROR 58030/ : /^error ERROR 53100/),
      "ready idle",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
    await expect(WireClient.connect(url)).rejects.toThrow(
      code === "LEDGER_IO" ? /FATAL 58030/ : /FATAL 53100 Custody cannot record this connection/,
    );
  });
});

describe("the ledger fails at the answer", () => {
  test.each<[string, readonly FrontendMessage[]]>([
    ["a read", [query("SELECT 7 FROM pg_sleep(0.05)")]],
    ["a write", [query("INSERT INTO t SELECT 1 FROM pg_sleep(0.05)")]],
    ["a large read", [query("SELECT repeat('x', 100) FROM generate_series(1, 100000)")]],
    ["a pipeline", [...unnamed("SELECT 7 FROM pg_sleep(0.05)"), sync, ...unnamed("SELECT 8"), sync]],
  ])("the client gets no answer, and the connection ends: %s", async (_name, messages) => {
    const { recorder, client } = await start();
    const before = recorder.drafts.length;
    const bytes = client.bytes.length;
    const record = recorder.record.bind(recorder);
    recorder.record = async (drafts, safety) => {
      await record(drafts, safety);
      recorder.failure = failure("LEDGER_IO");
    };
    client.send(...messages);
    const answers = (await client.until("ready-for-query")).map(shown);
    expect(answers).toEqual([
      expect.stringMatching(/^error FATAL 58030 Custody ends this connection: the ledger cannot write/),
    ]);
    expect(client.bytes.subarray(bytes).toString("latin1")).not.toContain("complete");
    expect(recorder.drafts.length).toBe(before + 1);
    await proxied.truth("TRUNCATE t");
  });
});
