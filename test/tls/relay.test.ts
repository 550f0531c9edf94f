import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FrontendMessage } from "@custody/wire/postgres";
import { Client } from "pg";
import postgres from "postgres";
import { expect, type TestContext, test } from "vitest";
import { stories } from "../capture/well-formed.ts";
import {
  bind,
  copyData,
  copyDone,
  describe,
  execute,
  parse,
  query,
  sync,
  WireClient,
} from "../capture/wire-client.ts";
import { useTls } from "./bench.ts";
import { openTls } from "./tls-client.ts";

/** TLS on both legs changes nothing of what passes between them. */
const bench = useTls();

async function both(context: Pick<TestContext, "skip">) {
  const tls = await bench(context);
  const parameters = `sslmode=verify-full&sslrootcert=${tls.authority.root}`;
  return { custody: await tls.guard({ upstream: tls.upstream(parameters) }), tls };
}

/** What the server answers to all of it, sent at once, in bytes. */
async function answers(port: number, url: string, messages: readonly FrontendMessage[]): Promise<Buffer> {
  const client = new WireClient(await openTls(port));
  await client.signIn(url);
  const ends = messages.filter(({ type }) => type === "sync" || type === "query").length;
  client.send(...messages);
  await client.until("ready-for-query", ends);
  const { bytes } = client;
  await client.close();
  return bytes;
}

test("1,000 queries in a pipeline are answered byte for byte as without Custody", async (context) => {
  const { custody, tls } = await both(context);
  const messages = Array.from({ length: 1000 }, (_, at): FrontendMessage[] => {
    if (at % 10 === 9) return [query(`SELECT ${at}, repeat('é', ${at % 100}); SELECT 1/${at % 3}`)];
    const extended = [parse("", "SELECT $1::int + 1, repeat('x', $1)"), bind("", "", [String(at)])];
    return [...extended, describe("portal", ""), execute(""), sync];
  }).flat();
  const direct = await answers(tls.database.port, tls.database.url(), messages);
  const through = await answers(custody.port, custody.url, messages);
  expect(through.length).toBeGreaterThan(400_000);
  expect(through.equals(direct)).toBe(true);
  await expect.poll(() => stories(custody.recorder).every(({ final }) => final !== undefined)).toBe(true);
});

test("COPY in and out, by bytes and in the records", async (context) => {
  const { custody, tls } = await both(context);
  const setup = [query("CREATE TABLE IF NOT EXISTS copied (id int, v text)"), query("TRUNCATE copied")];
  const rows = Array.from({ length: 20_000 }, (_, id) => `${id}\t${"v".repeat(id % 200)}\n`);
  const chunks = Array.from({ length: 20 }, (_, at) =>
    copyData(rows.slice(at * 1000, at * 1000 + 1000).join("")),
  );
  const script = [...setup, query("COPY copied FROM STDIN"), ...chunks, copyDone];
  const out = [
    query("COPY (SELECT * FROM copied ORDER BY id) TO STDOUT"),
    query("SELECT count(*) FROM copied"),
  ];
  const seen: Buffer[] = [];
  for (const [port, url] of [
    [tls.database.port, tls.database.url()],
    [custody.port, custody.url],
  ] as const) {
    // The notice that the table is there already must be the same both times.
    seen.push(Buffer.concat([await answers(port, url, script), await answers(port, url, out)]));
  }
  const [direct = Buffer.alloc(0), through = Buffer.alloc(0)] = seen;
  expect(through.subarray(-200_000).equals(direct.subarray(-200_000))).toBe(true);
  const bulks = stories(custody.recorder).flatMap(({ final }) => final?.effect?.bulk ?? []);
  expect(bulks.map(({ bytes }) => bytes)).toEqual(Array(2).fill(rows.join("").length));
  expect(bulks[0]?.digest).toBe(bulks[1]?.digest);
});

test("streams of postgres.js, faster than the other side reads", async (context) => {
  const { custody, tls } = await both(context);
  const sql = postgres(custody.url, { max: 1, onnotice: () => {}, ssl: { ca: tls.authority.rootText } });
  await sql`CREATE TABLE IF NOT EXISTS streamed (id int, v text)`;
  const rows = Array.from({ length: 50_000 }, (_, id) => `${id}\t${"w".repeat(100)}\n`);
  await pipeline(Readable.from(rows), await sql`COPY streamed FROM STDIN`.writable());
  const readable = await sql`COPY (SELECT * FROM streamed ORDER BY id) TO STDOUT`.readable();
  let bytes = 0;
  for await (const chunk of readable) {
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    bytes += (chunk as Buffer).length;
  }
  expect(bytes).toBe(rows.join("").length);
  await sql.end({ timeout: 0 });
});

test("large values pass in both directions", async (context) => {
  const { custody, tls } = await both(context);
  const client = new Client({ connectionString: custody.url, ssl: { ca: tls.authority.rootText } });
  await client.connect();
  const value = "λ".repeat(4_000_000);
  const { rows } = await client.query("SELECT $1::text AS v", [value]);
  expect(rows[0].v === value).toBe(true);
  await client.end();
});

test("a client that is killed leaves no connection to the database", async (context) => {
  const { custody, tls } = await both(context);
  const client = new WireClient(await openTls(custody.port));
  await client.signIn(custody.url, { settings: { application_name: "killed" } });
  await client.query("BEGIN; CREATE TABLE never (id int)");
  client.socket.destroy();
  await expect.poll(() => custody.gateway.connectionCount).toBe(0);
  const direct = new Client({ connectionString: tls.database.url() });
  await direct.connect();
  const activity = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'killed'";
  await expect.poll(async () => (await direct.query(activity)).rows).toEqual([{ n: 0 }]);
  expect((await direct.query("SELECT to_regclass('never') AS t")).rows).toEqual([{ t: null }]);
  await direct.end();
  expect(custody.recorder.types().at(-1)).toBe("db.connection.closed");
});

test("a database that is stopped ends the connection with its own words", async (context) => {
  const { custody, tls } = await both(context);
  const client = new WireClient(await openTls(custody.port));
  await client.signIn(custody.url, { settings: { application_name: "stopped" } });
  const direct = new Client({ connectionString: tls.database.url() });
  await direct.connect();
  await direct.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stopped'",
  );
  await direct.end();
  const told = await client.until("ready-for-query");
  expect(JSON.stringify(told)).toContain("57P01");
  await expect.poll(() => custody.gateway.connectionCount).toBe(0);
});
