import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { HeldRecorder } from "./held-recorder.ts";
import { outcomes, stories } from "./well-formed.ts";
import { copyData, flush, query, shown, sync, unnamed, WireClient } from "./wire-client.ts";

/** Connections that end in the middle of something. */
const recorder = new HeldRecorder();
const proxied = useProxy("CREATE TABLE t (id int PRIMARY KEY)", { recorder });

beforeEach(async () => {
  await proxied.truth("TRUNCATE t");
});

const backend = "application_name = 'victim' AND datname = current_database()";

async function victim(): Promise<WireClient> {
  return proxied.connect({ settings: { application_name: "victim" } });
}

/** Waits until the server runs, or has ended, the victim's statement. */
async function serverRuns(isRunning: boolean): Promise<void> {
  const state = `SELECT count(*)::int FROM pg_stat_activity WHERE ${backend} AND state = 'active'`;
  await expect.poll(() => proxied.truth(state), { interval: 5 }).toEqual([[isRunning ? 1 : 0]]);
}

async function terminate(): Promise<void> {
  await proxied.truth(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${backend}`);
}

describe("the client is killed", () => {
  test.each<[string, readonly FrontendMessage[]]>([
    ["simple", [query("INSERT INTO t SELECT 1 FROM pg_sleep(0.2)")]],
    ["extended", [...unnamed("INSERT INTO t SELECT 1 FROM pg_sleep(0.2)"), sync]],
  ])("in the middle of a write, which still gets its true outcome: %s", async (_name, messages) => {
    const client = await victim();
    client.send(...messages);
    await serverRuns(true);
    await client.kill();
    await proxied.settled();
    expect(outcomes(recorder)).toEqual([
      "INSERT INTO t SELECT 1 FROM pg_sleep(0.2) · completed · ok · committed · affected 1",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([[1]]);
  });

  test("in the middle of a read, which nobody waits for", async () => {
    const client = await victim();
    client.send(query("SELECT pg_sleep(0.1), generate_series(1, 10)"));
    await serverRuns(true);
    await client.kill();
    await proxied.settled();
    expect(stories(recorder)[0]?.final?.effect?.status).toBe("cancelled");
  });

  test("within a transaction, which is rolled back", async () => {
    const client = await victim();
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    await client.kill();
    await proxied.settled();
    expect(outcomes(recorder).at(-1)).toBe(
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
    );
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("within a pipeline that was not committed by a Sync", async () => {
    const client = await victim();
    client.send(...unnamed("INSERT INTO t VALUES (1)"), flush);
    await client.until("command-complete");
    await client.kill();
    await proxied.settled();
    expect(outcomes(recorder)).toEqual([
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
    ]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test.each([
    ["between two messages", 0],
    ["within a message", 3],
  ])("in the middle of a COPY, which changes nothing: %s", async (_name, missing) => {
    const client = await victim();
    client.send(query("COPY t FROM STDIN"));
    await client.until("copy-in-response");
    client.send(copyData("1\n"));
    if (missing > 0) client.sendBytes(Buffer.from([0x64, 0, 0, 0, 99, 0x32]));
    await client.kill();
    await proxied.settled();
    const [story] = stories(recorder);
    expect(story?.steps.at(-1)).toMatch(/^(cancelled|failed)$/);
    expect(story?.final?.transaction?.outcome).toBe("rolled-back");
    expect(story?.steps).not.toContain("copy-received");
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("while its write waits for its record: it is done, or it is not, and the record says which", async () => {
    const client = await victim();
    recorder.hold = "durable";
    client.send(query("INSERT INTO t VALUES (1)"));
    await recorder.held();
    await client.kill();
    recorder.release();
    await proxied.settled();
    const outcome = stories(recorder)[0]?.final?.transaction?.outcome;
    expect(await proxied.truth("TABLE t")).toEqual(outcome === "committed" ? [[1]] : []);
    expect(outcome).toMatch(/^(committed|rolled-back)$/);
  });

  test("while a large answer is on its way, after a write in the same transaction", async () => {
    const client = await victim();
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    client.socket.pause();
    client.send(query("SELECT repeat('x', 10000) FROM generate_series(1, 5000)"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.kill();
    await proxied.settled();
    expect(stories(recorder)[1]?.final?.transaction?.outcome).toBe("rolled-back");
  });
});

describe("the client says goodbye", () => {
  test("right behind its statements, which are all served first", async () => {
    const client = await victim();
    client.send(query("INSERT INTO t VALUES (1)"), query("TABLE t"), { type: "terminate" });
    expect((await client.until("ready-for-query", 3)).map(shown)).toEqual([
      ...["complete INSERT 0 1", "ready idle"],
      ...["columns id:23:0", "row 1", "complete SELECT 1", "ready idle"],
    ]);
  });
});

describe("the server is killed", () => {
  test("between statements", async () => {
    const client = await victim();
    await client.query("SELECT 1");
    await terminate();
    expect((await client.until("ready-for-query")).map(shown)).toEqual([
      expect.stringMatching(/^error FATAL 57P01/),
    ]);
    expect(client.isClosed).toBe(true);
  });

  test("within a transaction, which is rolled back", async () => {
    const client = await victim();
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    await terminate();
    await client.until("ready-for-query");
    await proxied.settled();
    expect(outcomes(recorder).at(-1)).toBe(
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
    );
  });

  test("in the middle of a write on its own, of which only the server knows what became", async () => {
    const client = await victim();
    client.send(query("INSERT INTO t SELECT 1 FROM pg_sleep(5)"));
    await serverRuns(true);
    await terminate();
    expect((await client.until("ready-for-query")).map(shown)).toEqual([
      expect.stringMatching(/^error FATAL 57P01/),
    ]);
    await proxied.settled();
    expect(outcomes(recorder)).toEqual(["INSERT INTO t SELECT 1 FROM pg_sleep(5) · unknown · unknown"]);
    expect(stories(recorder)[0]?.final?.effect?.code).toBe("57P01");
  });

  test("in the middle of a write within a transaction, which is surely rolled back", async () => {
    const client = await victim();
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    client.send(query("INSERT INTO t SELECT 2 FROM pg_sleep(5)"));
    await serverRuns(true);
    await terminate();
    await client.until("ready-for-query");
    await proxied.settled();
    expect(outcomes(recorder).slice(1)).toEqual([
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "INSERT INTO t SELECT 2 FROM pg_sleep(5) · cancelled · rolled-back",
    ]);
  });

  test("in the middle of a pipeline: a committed segment stays committed", async () => {
    const client = await victim();
    client.send(
      ...[...unnamed("INSERT INTO t VALUES (1)"), sync],
      ...[
        ...unnamed("INSERT INTO t VALUES (2)"),
        ...unnamed("SELECT pg_sleep(5)"),
        ...unnamed("INSERT INTO t VALUES (3)"),
        sync,
      ],
    );
    await client.until("ready-for-query");
    await terminate();
    await client.until("ready-for-query");
    await proxied.settled();
    const seen = outcomes(recorder);
    expect(seen[0]).toBe("INSERT INTO t VALUES (1) · completed · ok · committed · affected 1");
    expect(seen.slice(1).map((line) => line.split(" · ").at(-1))).not.toContain("committed");
    expect(await proxied.truth("TABLE t")).toEqual([[1]]);
  });

  test("while a write waits for its record: nobody runs it", async () => {
    const client = await victim();
    recorder.hold = "durable";
    client.send(query("INSERT INTO t VALUES (1)"));
    await recorder.held();
    await terminate();
    await client.until("ready-for-query");
    recorder.release();
    await proxied.settled();
    expect(outcomes(recorder)).toEqual(["INSERT INTO t VALUES (1) · cancelled · skipped · rolled-back"]);
    expect(await proxied.truth("TABLE t")).toEqual([]);
  });

  test("while COMMIT is on its way, of which only the server knows what became", async () => {
    const other = await proxied.another({});
    const client = await other.connect({ settings: { application_name: "victim" } });
    await proxied.truth(
      "CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(5); RETURN NULL; END'",
    );
    await proxied.truth(
      "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()",
    );
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    client.send(query("COMMIT"));
    await serverRuns(true);
    await terminate();
    await client.until("ready-for-query");
    await proxied.truth("DROP TRIGGER slow ON t");
    await expect
      .poll(() => outcomes(other.recorder))
      .toEqual([
        "BEGIN · completed · ok · open",
        "INSERT INTO t VALUES (1) · unknown · unknown · affected 1",
        "COMMIT · unknown · unknown",
      ]);
  });
});

describe("draining", () => {
  test("ends idle connections at once and lets busy ones finish", async () => {
    const other = await proxied.another({});
    const [idle, busy] = [await other.connect(), await other.connect()];
    const answers = busy.query("SELECT 7 FROM pg_sleep(0.5)");
    await expect.poll(() => other.recorder.types()).toContain("db.statement.requested");
    const drained = other.proxy.drain(5_000);
    expect((await idle.until("ready-for-query")).map(shown)).toEqual([
      expect.stringMatching(/^error FATAL 57P01/),
    ]);
    expect(await answers).toContain("row 7");
    await drained;
    expect(other.proxy.connectionCount).toBe(0);
    await expect(WireClient.connect(other.url)).rejects.toThrow();
  });
});
