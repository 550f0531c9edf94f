import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { anyServer, MemoryRecorder } from "../../../test/capture/proxied-database.ts";
import { createDatabase } from "../../../test/postgres/shared.ts";
import { type Gateway, startGateway, type TargetOptions } from "./gateway.ts";
import { loadPolicy } from "./policy.ts";
import { SessionRegistry } from "./session-registry.ts";
import { parsePostgresUrl } from "./upstream-url.ts";

const GRACE_MS = 300;
const nowUs = () => Date.now() * 1000;
let database: Awaited<ReturnType<typeof createDatabase>>;
let gateway: Gateway;
let id = 0;
function nextId(): number {
  id += 1;
  return id;
}
const newId = () => `00000000-0000-7000-8000-${String(nextId()).padStart(12, "0")}`;
const registry = new SessionRegistry({ newId, nowUs });
const recorder = new MemoryRecorder();
const human = { assurance: "token", id: "local", name: "local operator" } as const;
const { facts, identity, token } = registry.issue({
  agent: "robot",
  human,
  project: "default",
  ttlMs: 3_600_000,
});
registry.restore(identity, facts);

function target(name: string, given: Partial<TargetOptions> = {}): TargetOptions {
  return {
    durability: "ordered",
    environment: "development",
    host: "127.0.0.1",
    kind: "postgres",
    maxStatementBytes: 1 << 24,
    name,
    port: 0,
    project: "default",
    upstream: parsePostgresUrl(database.url),
    upstreamTls: { isDirect: false, mode: "disable" },
    ...given,
  };
}

async function connect(listen: string): Promise<Client> {
  const client = new Client({
    connectionString: `postgres://${identity.id}:${token}@${listen}/${parsePostgresUrl(database.url).database}`,
  });
  client.on("error", () => {});
  await client.connect();
  return client;
}

const listenOf = (name: string) => gateway.targets.find((each) => each.name === name)?.listen ?? "";
const apply = (targets: readonly TargetOptions[], text?: string, beforeSwitch = async () => {}) =>
  gateway.apply({
    beforeSwitch,
    graceMs: GRACE_MS,
    policy: text === undefined ? loadPolicy() : loadPolicy({ origin: "test", text }),
    targets,
  });

/** Until the statement that sleeps was decided, and went on. */
function isRunning(): Promise<unknown> {
  return expect
    .poll(() => recorder.statements().some(({ statement }) => statement?.text.includes("pg_sleep")))
    .toBe(true);
}

beforeEach(async () => {
  database = await createDatabase();
  const clock = { monotonicUs: () => performance.now() * 1000, nowUs };
  gateway = await startGateway({
    freezes: () => new Map(),
    clock,
    findSession: (session) => registry.find(session),
    newId,
    pins: anyServer,
    policy: loadPolicy(),
    recorder,
    targets: [target("kept"), target("gone")],
  });
});
afterEach(async () => {
  await gateway.close(0);
  await database.drop();
});

const policyThatDenies =
  "version: 1\nrules:\n  - name: no-reads\n    effect: deny\n    match: { kind: read }\n    message: no\n";

test("connections of a target that did not change live through it, and other rules hold from the next statement", async () => {
  const client = await connect(listenOf("kept"));
  const { listen } = gateway.targets[0] ?? { listen: "" };
  recorder.clear();
  const sleeping = client.query("SELECT pg_sleep(0.4), 7 AS x");
  await isRunning();
  const change = await apply([target("kept"), target("more")], policyThatDenies);
  expect(change).toEqual({ added: ["more"], changed: [], removed: ["gone"] });
  expect((await sleeping).rows).toMatchObject([{ x: 7 }]);
  await expect(client.query("SELECT 1")).rejects.toThrow(/Custody denied/);
  await apply([target("kept"), target("more")]);
  expect((await client.query("SELECT 2 AS x")).rows).toEqual([{ x: 2 }]);
  expect(listenOf("kept")).toBe(listen);
  await (await connect(listenOf("more"))).end();
  await client.end();
});

test("a target that is gone stops listening, ends idle connections, and lets a running statement finish", async () => {
  const listen = listenOf("gone");
  const idle = await connect(listen);
  const ended = new Promise((resolve) => idle.once("end", () => resolve("ended")));
  const busy = await connect(listen);
  recorder.clear();
  const running = busy.query("SELECT pg_sleep(0.2), 7 AS x");
  await isRunning();
  await apply([target("kept")]);
  await expect(connect(listen)).rejects.toThrow(/ECONNREFUSED/);
  expect(await ended).toBe("ended");
  expect((await running).rows).toMatchObject([{ x: 7 }]);
  await expect.poll(() => gateway.connectionCount).toBe(0);
});

test("a target that changed keeps its port, and its new connections are under what is new", async () => {
  const listen = listenOf("kept");
  const old = await connect(listen);
  const ended = new Promise((resolve) => old.once("end", () => resolve("ended")));
  const change = await apply([target("kept", { environment: "production" }), target("gone")]);
  expect(change).toEqual({ added: [], changed: ["kept"], removed: [] });
  expect(listenOf("kept")).toBe(listen);
  expect(await ended).toBe("ended");
  recorder.clear();
  const client = await connect(listen);
  await client.query("SELECT 1");
  await client.end();
  expect(recorder.statements()[0]?.target).toMatchObject({ environment: "production", name: "kept" });
});

test("a port goes over to another target without being closed", async () => {
  const port = Number(listenOf("kept").split(":")[1]);
  // A fixed port belongs to the address and not to the name.
  await gateway.close(0);
  gateway = await startGateway({
    freezes: () => new Map(),
    clock: { monotonicUs: () => performance.now() * 1000, nowUs },
    findSession: (session) => registry.find(session),
    newId,
    pins: anyServer,
    policy: loadPolicy(),
    recorder,
    targets: [target("first", { port })],
  });
  expect(await apply([target("second", { port })])).toEqual({
    added: ["second"],
    changed: [],
    removed: ["first"],
  });
  recorder.clear();
  const client = await connect(`127.0.0.1:${port}`);
  await client.query("SELECT 1");
  await client.end();
  expect(recorder.statements()[0]?.target).toMatchObject({ name: "second" });
});

test("what cannot be put in force changes nothing", async () => {
  const client = await connect(listenOf("gone"));
  const before = gateway.targets;
  const taken = Number(listenOf("kept").split(":")[1]);
  await expect(
    apply([target("more"), target("other", { port: taken })], policyThatDenies),
  ).rejects.toMatchObject({
    code: "LISTEN_FAILED",
  });
  const full = async () => {
    throw new Error("no room");
  };
  await expect(apply([target("more")], policyThatDenies, full)).rejects.toThrow("no room");
  expect(gateway.targets).toEqual(before);
  expect((await client.query("SELECT 3 AS x")).rows).toEqual([{ x: 3 }]);
  await client.end();
});
