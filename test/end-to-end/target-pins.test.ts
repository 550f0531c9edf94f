import { rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { Custody } from "./custody-process.ts";

/** Each starts several processes. */
const timeout = 240_000;

/** A name that leads to one server, and then to another: what a change of DNS, or a failover, looks like from here. */
class Address {
  port = 0;
  /** Of the server that is behind it now. */
  leadsTo = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((socket) => this.#join(socket, connect(this.leadsTo, "127.0.0.1")));
  }

  #join(socket: Socket, server: Socket): void {
    for (const each of [socket, server]) {
      this.#sockets.add(each);
      each.on("error", () => {});
    }
    socket.pipe(server).pipe(socket);
    socket.on("close", () => server.destroy());
    server.on("close", () => socket.destroy());
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

interface TargetRecord {
  readonly type: string;
  readonly level: string;
  readonly session?: string;
  readonly actor: object;
  readonly details: Readonly<Record<string, unknown>>;
}

let one: PostgresServer;
let two: PostgresServer;
let address: Address;
let custody: Custody;

beforeEach(async () => {
  [one, two] = await Promise.all([startPostgres(), startPostgres()]);
  address = new Address();
  await address.listen();
  address.leadsTo = one.port;
  custody = new Custody(`postgres://postgres:${one.password}@127.0.0.1:${address.port}/postgres`);
});
afterEach(async () => {
  await custody.remove();
  address.close();
  await Promise.all([one.stop(), two.stop()]);
});

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function systemOf(server: PostgresServer): Promise<string> {
  const [row] = await run(server.url(), "SELECT system_identifier::text AS value FROM pg_control_system()");
  return String(row?.["value"]);
}

async function list(): Promise<Record<string, unknown>[]> {
  const { stdout } = await custody.run("target", "list", "--json");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const setEnvironment = (environment: string, given = {}) => {
  const target = { environment, kind: "postgres", listen: "127.0.0.1:0", name: "shop", ...given };
  const upstream = { env: "SHOP_DATABASE_URL" };
  const config = { data: "./data", listen: "127.0.0.1:0", targets: [{ upstream, ...target }] };
  writeFileSync(join(custody.directory, "custody.yaml"), JSON.stringify(config));
};

test("another server behind the same address is refused until a person pins it", { timeout }, async () => {
  const [first, second] = [await systemOf(one), await systemOf(two)];
  await custody.start();
  expect(await list()).toMatchObject([{ name: "shop", pin: null, refused: null }]);
  const url = await custody.sessionUrl();
  await run(url, "CREATE TABLE kept (a int)");
  expect(await list()).toMatchObject([{ pin: { partial: false, system: first }, refused: null }]);

  address.leadsTo = two.port;
  for (let attempt = 0; attempt < 3; attempt += 1)
    await expect(run(url, "CREATE TABLE lost (a int)")).rejects.toMatchObject({
      code: "08004",
      message: expect.stringMatching(
        new RegExp(`expected system ${first},.* is system ${second},.*custody target pin shop`),
      ),
      severity: "FATAL",
    });
  expect(await run(two.url(), "SELECT count(*) AS tables FROM pg_tables WHERE tablename = 'lost'")).toEqual([
    { tables: "0" },
  ]);
  expect((await custody.run("status")).stdout).toMatch(
    new RegExp(`REFUSED .*3 connections: system ${second}`),
  );
  const doctor = await custody.run("doctor", "--json");
  expect(doctor.code).toBe(1);
  expect(JSON.parse(doctor.stdout).checks).toContainEqual(
    expect.objectContaining({ id: "target", status: "fail", what: expect.stringContaining(second) }),
  );

  // A restart, and another file in the place of the one beside the ledger, change nothing.
  expect(await custody.stop()).toBe(0);
  writeFileSync(join(custody.data, "pins.json"), `{"pins":[],"size":0}\n${"00".repeat(32)}\n`);
  await custody.start();
  await expect(run(await custody.sessionUrl(), "SELECT 1")).rejects.toMatchObject({ code: "08004" });
  rmSync(join(custody.data, "pins.json"));

  expect(await custody.run("target", "pin", "shop")).toMatchObject({ code: 2 });
  const pin = (...more: string[]) => custody.run("target", "pin", "shop", "--reason", "moved", ...more);
  expect(await pin("--system", first)).toMatchObject({ code: 1, stderr: expect.stringContaining(second) });
  const done = await pin("--system", second, "--json");
  expect(JSON.parse(done.stdout)).toMatchObject({
    pinned: { system: second },
    previous: { system: first },
    target: "shop",
  });
  expect(await run(await custody.sessionUrl(), "SELECT 1 AS x")).toEqual([{ x: 1 }]);
  expect((await custody.run("status")).stdout).not.toContain("REFUSED");
  expect(await custody.stop()).toBe(0);

  const records = await custody.records<TargetRecord>("--type", "target");
  expect(records.map(({ details, level, type }) => [type, level, details["attempts"]])).toEqual([
    ["target.pinned", "info", undefined],
    ["target.changed", "critical", 1],
    // The others, counted, when it stopped.
    ["target.changed", "critical", 2],
    ["target.changed", "critical", 1],
    ["target.pinned", "warning", undefined],
  ]);
  expect(records[1]).toMatchObject({
    actor: { agent: { name: "tester" } },
    details: { address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), pinnedSystem: first, system: second },
    session: expect.any(String),
  });
  expect(records[4]).toMatchObject({
    actor: { human: { name: "local operator" } },
    details: { by: "local operator", pinnedSystem: first, reason: "moved", system: second },
  });
  const statements = await custody.records<{ target: object }>("--type", "db.statement");
  expect(statements.map(({ target }) => target)).toEqual([
    ...Array(2).fill(expect.objectContaining({ identity: first })),
    ...Array(2).fill(expect.objectContaining({ identity: second })),
  ]);
  expect(await custody.run("verify")).toMatchObject({ code: 0 });
});

test("a pin holds by the target's name, wherever its upstream leads, and without a server a person pins too", {
  timeout,
}, async () => {
  const [first, second] = [await systemOf(one), await systemOf(two)];
  await custody.start();
  await run(await custody.sessionUrl(), "SELECT 1");
  // Another host and port in the configuration; and the target is gone for a while.
  const elsewhere = `postgres://postgres:${two.password}@localhost:${two.port}/postgres`;
  setEnvironment("production", { name: "other", upstream: elsewhere });
  expect(await custody.run("config", "reload")).toMatchObject({ code: 0 });
  expect(await list()).toMatchObject([
    { configured: { upstream: `localhost:${two.port}` }, name: "other", pin: null },
    { configured: null, name: "shop", pin: { system: first } },
  ]);
  setEnvironment("production", { upstream: elsewhere });
  expect(await custody.run("config", "reload")).toMatchObject({ code: 0 });
  await expect(run(await custody.sessionUrl(), "SELECT 1")).rejects.toMatchObject({ code: "08004" });
  expect(await custody.stop()).toBe(0);

  expect(await list()).toMatchObject([{ pin: { system: first }, refused: { attempts: 1, system: second } }]);
  const unknown = await custody.run("target", "pin", "nothing", "--reason", "moved");
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("no target") });
  const pinned = await custody.run("target", "pin", "shop", "--reason", "moved");
  expect(pinned).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(`was .*${first}[^]*now .*${second}`),
  });
  expect(await list()).toMatchObject([{ pin: { by: "local operator", system: second }, refused: null }]);
  await custody.start();
  expect(await run(await custody.sessionUrl(), "SELECT 1 AS x")).toEqual([{ x: 1 }]);
});

test("a disposable database may be another one every day", { timeout }, async () => {
  setEnvironment("disposable");
  await custody.start();
  const url = await custody.sessionUrl();
  await run(url, "SELECT 1");
  address.leadsTo = two.port;
  expect(await run(url, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
  expect(await list()).toMatchObject([{ pin: { by: "change", system: await systemOf(two) }, refused: null }]);
  const records = await custody.records<TargetRecord>("--type", "target");
  expect(records.map(({ level, type }) => [type, level])).toEqual([
    ["target.pinned", "info"],
    ["target.changed", "warning"],
  ]);
});

test("where the role may not ask for the system, the server's address counts, and everybody says so", {
  timeout,
}, async () => {
  for (const server of [one, two]) {
    await run(server.url(), "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
    await run(server.url(), `CREATE ROLE app LOGIN PASSWORD '${server.password}'`);
  }
  const upstream = `postgres://app:${one.password}@127.0.0.1:${address.port}/postgres`;
  setEnvironment("production", { upstream });
  await custody.start();
  const url = await custody.sessionUrl();
  await run(url, "SELECT 1");
  expect(await list()).toMatchObject([
    { pin: { partial: true, server: `127.0.0.1:${one.port}`, system: null } },
  ]);
  expect((await custody.run("doctor")).stdout).toContain("pinned in part");
  address.leadsTo = two.port;
  await expect(run(url, "SELECT 1")).rejects.toMatchObject({
    code: "08004",
    message: expect.stringContaining(`unknown identifier at 127.0.0.1:${two.port}`),
  });
  address.leadsTo = one.port;
  await run(one.url(), "GRANT EXECUTE ON FUNCTION pg_control_system() TO app");
  // It says more than is pinned, and no less.
  await run(url, "SELECT 1");
  const pinned = await custody.run("target", "pin", "shop", "--reason", "it may ask now", "--json");
  expect(JSON.parse(pinned.stdout)).toMatchObject({
    pinned: { partial: false, system: await systemOf(one) },
  });
  // And what said it once says it always.
  await run(one.url(), "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM app");
  await expect(run(url, "SELECT 1")).rejects.toMatchObject({ code: "08004" });
});
