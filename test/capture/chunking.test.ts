import { connect as netConnect } from "node:net";
import type { RecordDraft } from "@custody/domain";
import type { FrontendMessage } from "@custody/wire/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { denying, type MemoryRecorder, touches } from "./proxied-database.ts";
import { rechunkingPort } from "./rechunking.ts";
import { stories } from "./well-formed.ts";
import {
  bind,
  close,
  copyData,
  copyDone,
  copyFail,
  describe as describeMessage,
  execute,
  flush,
  parse,
  query,
  sync,
  unnamed,
  WireClient,
} from "./wire-client.ts";

/** However the network cuts the bytes, the client sees the same bytes and the ledger the same records. */
const decider = denying((action) => touches(action, "secret"));
const proxied = useProxy("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE secret (id int)", {
  decider,
});

beforeEach(async () => {
  await proxied.truth("TRUNCATE t");
});

const script: readonly (readonly FrontendMessage[])[] = [
  [
    query(
      "INSERT INTO t SELECT g, repeat('x', g) FROM generate_series(1, 50) g; TABLE t; SELECT 1/0; SELECT 2",
    ),
  ],
  [parse("s", "SELECT * FROM t WHERE id > $1"), describeMessage("statement", "s"), flush, sync],
  [bind("", "s", ["7"]), execute("", 3), execute("", 3), execute(""), close("portal", ""), sync],
  [
    ...unnamed("BEGIN"),
    ...unnamed("UPDATE t SET v = $1", "ä€😀"),
    ...unnamed("TABLE secret"),
    ...unnamed("SELECT 3"),
    sync,
  ],
  [query("ROLLBACK"), query("TABLE secret; SELECT 1"), query("SELECTT"), query("SELECT 4")],
  [query("COPY t FROM STDIN"), copyData("1\tone\n2\tt"), copyData("wo\n"), copyData(""), copyDone],
  [query("COPY t FROM STDIN"), copyData("3\tthree\n"), copyFail("enough")],
  [query("COPY t TO STDOUT; DO $$ BEGIN RAISE NOTICE 'hello'; END $$; SET application_name = 'chunks'")],
  [query("BEGIN; DELETE FROM t WHERE id = 1; SAVEPOINT a; DELETE FROM t; ROLLBACK TO a; COMMIT; TABLE t")],
  [query("SELECT repeat('long', 3000); ;; SELECT NULL, ''")],
  [query(`SELECT '${"q".repeat(4000)}' AS q`), ...unnamed(""), sync, ...unnamed("SELECT 1"), sync],
];

/** The bytes that a client gets for the script, without what names a random id. */
async function runScript(url: string, port: number): Promise<string> {
  const target = new URL(url);
  target.port = String(port);
  const client = new WireClient(netConnect({ host: "127.0.0.1", port, noDelay: true }));
  await client.signIn(target.href);
  for (const messages of script) await client.run(...messages);
  const bytes = client.bytes.toString("latin1");
  await client.close();
  return bytes.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(id)");
}

/**
 * Each execution's first and last record, without ids and times. Not `.answered`, which is written only if the end has
 * not come by then; and not the order of different executions, because requests of a pipeline overtake answers.
 */
function comparable(recorder: MemoryRecorder): unknown[] {
  return stories(recorder)
    .flatMap(({ requested, final }) => (final === undefined ? [requested] : [requested, final]))
    .map(
      ({ action: _action, time: _time, duration: _duration, links: _links, ...rest }: RecordDraft) => rest,
    );
}

describe("chunks of any size", () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 7],
    [4, 7],
    [5, 64],
    [6, 64],
    [7, 1500],
    [8, 20_000],
  ])("give the same bytes and the same records: seed %i, up to %i bytes", async (seed, maxBytes) => {
    const bytes = await runScript(proxied.url, proxied.port);
    await proxied.settled();
    const records = comparable(proxied.recorder);
    await proxied.truth("TRUNCATE t");

    const database = new URL(proxied.directUrl);
    const server = await rechunkingPort(
      { host: database.hostname, port: Number(database.port) },
      seed,
      maxBytes,
    );
    const other = await proxied.another({
      decider,
      connect: () =>
        new Promise((resolve, reject) => {
          const socket = netConnect({ host: "127.0.0.1", port: server.port, noDelay: true });
          socket.once("connect", () => resolve(socket)).once("error", reject);
        }),
    });
    const client = await rechunkingPort({ host: "127.0.0.1", port: other.port }, seed + 100, maxBytes);
    try {
      expect(await runScript(other.url, client.port)).toBe(bytes);
      await expect.poll(() => other.proxy.connectionCount).toBe(0);
      const session = other.recorder.statements()[0]?.session;
      const renamed = records.map((record) => ({ ...(record as RecordDraft), session }));
      expect(comparable(other.recorder)).toEqual(renamed);
    } finally {
      client.close();
      server.close();
    }
  });
});
