import type { TargetPins, TargetUse } from "@custody/capture/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { MemoryRecorder, type ProxiedOptions, proxyDatabase } from "./proxied-database.ts";

const DATABASE = "grün";
const ROLE = "cannot_ask";
let server: PostgresServer;
let truth: { oid: number; system: string };

/** What was asked of the pins, and an answer that a test gives. */
class AskedPins implements TargetPins {
  readonly uses: TargetUse[] = [];
  answer: Awaited<ReturnType<TargetPins["check"]>> | Error = { verdict: "same" };

  async check(use: TargetUse) {
    this.uses.push(use);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }
}

async function direct(sql: string, database?: string): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: server.url(database) });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** One client through a proxy of its own, to the end of `act`. */
async function through(
  options: ProxiedOptions & { readonly pins: AskedPins; readonly user?: string },
  act: (client: Client) => Promise<unknown> = async () => {},
  settings = "",
): Promise<MemoryRecorder> {
  const url = new URL(server.url(DATABASE, options.user));
  const { hostname, password, port, username } = url;
  const recorder = new MemoryRecorder();
  const upstream = { database: DATABASE, host: hostname, password, port: Number(port), user: username };
  const proxied = await proxyDatabase(url.href, { ...options, recorder, upstream });
  const client = new Client({ connectionString: proxied.url, options: settings });
  client.on("error", () => {});
  try {
    await client.connect();
    await act(client);
  } finally {
    await client.end().catch(() => {});
    await proxied.close();
  }
  return recorder;
}

beforeAll(async () => {
  server = await startPostgres();
  await direct(`CREATE DATABASE "${DATABASE}"`);
  await direct("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC", DATABASE);
  await direct(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${server.password}'`, DATABASE);
  const [system] = await direct("SELECT system_identifier::text AS value FROM pg_control_system()");
  const [oid] = await direct(`SELECT oid::text AS value FROM pg_database WHERE datname = '${DATABASE}'`);
  truth = { oid: Number(oid?.["value"]), system: system?.["value"] ?? "" };
});
afterAll(() => server.stop());

test("the server says on every connection which one it is, before the agent is let in", async () => {
  const pins = new AskedPins();
  const recorder = await through({ pins }, (client) => client.query("SELECT 1"));
  expect(pins.uses).toMatchObject([
    {
      address: "127.0.0.1",
      identity: { database: DATABASE, ...truth, server: `127.0.0.1:${server.port}` },
      target: { identity: truth.system, name: "shop" },
      upstream: `127.0.0.1:${server.port}`,
    },
  ]);
  const opened = recorder.drafts.find(({ type }) => type === "db.connection.opened");
  expect(opened?.links.connection).toBe(pins.uses[0]?.connection);
  for (const { target } of recorder.drafts) expect(target?.identity).toBe(truth.system);
});

test("a role that may not ask gets an answer in part", async () => {
  const pins = new AskedPins();
  const recorder = await through({ pins, user: ROLE }, (client) => client.query("SELECT 1"));
  expect(pins.uses[0]?.identity).toEqual({
    database: DATABASE,
    oid: truth.oid,
    server: `127.0.0.1:${server.port}`,
  });
  expect(recorder.statements()[0]?.target).not.toHaveProperty("identity");
});

test.each([
  ["its role", `-c role=${ROLE}`],
  ["its encoding", "-c client_encoding=LATIN1"],
  ["its search path", "-c search_path=pg_temp,public"],
])("an agent does not change the answer by %s", async (_what, settings) => {
  const pins = new AskedPins();
  await through({ pins }, undefined, settings);
  expect(pins.uses[0]?.identity).toMatchObject({ database: DATABASE, ...truth });
});

test("what an agent set at the start holds after the question as before it", async () => {
  let shown: unknown;
  const look = async (client: Client) => {
    shown = (await client.query("SELECT current_user AS role, current_setting('statement_timeout') AS ms"))
      .rows[0];
  };
  await through({ pins: new AskedPins() }, look, `-c role=${ROLE} -c statement_timeout=5000`);
  expect(shown).toEqual({ ms: "5s", role: ROLE });
});

test("another server gets nothing, and the agent hears which was expected and which answered", async () => {
  const pins = new AskedPins();
  pins.answer = { pinned: { database: DATABASE, oid: 5, system: "42" }, verdict: "other" };
  const refused = through({ pins }, (client) => client.query("SELECT 1"));
  await expect(refused).rejects.toMatchObject({
    code: "08004",
    message: expect.stringMatching(
      new RegExp(
        `system 42, database ${DATABASE} \\(oid 5\\).*system ${truth.system}.*custody target pin shop.*TARGET_CHANGED`,
      ),
    ),
    severity: "FATAL",
  });
  expect(pins.uses).toHaveLength(1);
});

test("without a record of it nobody is let in", async () => {
  const pins = new AskedPins();
  pins.answer = Object.assign(new Error("the disk is full"), { code: "LEDGER_DISK_FULL" });
  await expect(through({ pins })).rejects.toMatchObject({ code: "53100", severity: "FATAL" });
});
