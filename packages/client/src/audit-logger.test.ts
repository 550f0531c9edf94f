import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AuditLoggerOptions, type ClientError, createAuditLogger } from "./index.ts";
import { LogServer } from "./testing/log-server.ts";

let server: LogServer;
let spool: string;
const errors: ClientError[] = [];

beforeEach(async () => {
  server = await LogServer.listen();
  spool = mkdtempSync(join(tmpdir(), "custody-client-"));
  errors.length = 0;
});
afterEach(async () => {
  await server.close();
  rmSync(spool, { force: true, recursive: true });
});

const logger = (options: Partial<AuditLoggerOptions> = {}) =>
  createAuditLogger({
    onError: (error) => errors.push(error),
    token: "cst_token",
    url: server.url,
    ...options,
  });

const numbers = () => server.taken.map(({ details }) => details?.["n"]);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

test("events carry their context, their level and what stands beside them", async () => {
  const one = logger({ agent: { name: "bot" }, project: "shop" });
  const child = one.child({ details: { order: 7 }, human: "ada", session: "monday" });
  await child.warning("app.order.late", { days: 3 });
  await one.close();
  expect(JSON.parse(server.bodies[0] as string)).toMatchObject({
    agent: { name: "bot" },
    details: { days: 3, order: 7 },
    human: "ada",
    level: "warning",
    project: "shop",
    session: "monday",
    source: { name: "custody-client", sequence: 0 },
    type: "app.order.late",
  });
});

test("details of any shape are written down, and nothing of them breaks anything", async () => {
  const one = logger();
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const details = {
    __proto__: null,
    big: 7n,
    circular,
    constructor: "c",
    date: new Date(0),
    empty: null,
  } as object;
  await one.info("app.any.shape", {
    ...details,
    error: new Error("broken"),
    list: ["a", 1, { b: 2 }],
    nan: Number.NaN,
    "odd name!": 1,
  });
  await one.close();
  expect(server.taken[0]?.details).toMatchObject({
    _constructor: "c",
    big: "7",
    circular: "[not JSON]",
    date: "1970-01-01T00:00:00.000Z",
    error: expect.stringContaining("Error: broken"),
    list: ["a", "1", '{"b":2}'],
    nan: "NaN",
    odd_name_: 1,
  });
});

test.each([
  ["session.started", {}],
  ["App.x", {}],
  ["", {}],
  ["app.x", { text: "x".repeat(2 * 1024 * 1024) }],
])("%j is refused, and whoever does not wait for it is not ended by that", async (type, options) => {
  const one = logger();
  one.event(type, options);
  await expect(one.event(type, options)).rejects.toMatchObject({ name: "ClientError" });
  await one.close();
  await expect(one.info("app.too.late")).rejects.toMatchObject({ code: "LOGGER_CLOSED" });
});

test("secrets are nowhere, in what is sent and in what waits", async () => {
  await server.close();
  const one = logger({ secrets: { DB: "correct horse" }, spool });
  const secret = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  await one.prompt(`use ${secret} and correct horse`);
  await one.info("app.secret", { list: [secret], password: "hunter2hunter2", token: "cst_token" });
  const waiting = readdirSync(spool)
    .map((file) => readFileSync(join(spool, file), "utf8"))
    .join("");
  for (const plain of [secret, "correct horse", "hunter2", "cst_token"]) expect(waiting).not.toContain(plain);
  expect(waiting).toContain("[secret:DB:");
  await one.close({ timeoutMs: 1 });
});

test("a level leaves out what is below it", async () => {
  const one = logger({ level: "warning" });
  await one.info("app.low");
  await one.error("app.high");
  await one.close();
  expect(server.taken.map(({ type }) => type)).toEqual(["app.high"]);
});

test("in memory an event is safe when the server has it, and no more wait than may", async () => {
  const { port } = server;
  await server.close();
  const one = logger({ url: `http://127.0.0.1:${port}`, waitingMax: 10_000 });
  const taken: number[] = [];
  const kept = upTo(20).map((n) =>
    one.info("app.n", { filler: "x".repeat(300), n }).then(() => taken.push(n)),
  );
  await expect(one.info("app.n", { filler: "x".repeat(9000), n: -1 })).rejects.toMatchObject({
    code: "QUEUE_FULL",
  });
  expect(taken).toEqual([]);
  await expect.poll(() => errors[0]?.code).toBe("NOT_REACHED");
  server = await LogServer.listen(port);
  await Promise.all(kept);
  await one.ready();
  await one.close();
  expect(numbers()).toEqual(upTo(20));
});

test("whoever closes it without a server to be reached can end", async () => {
  const { port } = server;
  await server.close();
  const one = logger({ url: `http://127.0.0.1:${port}` });
  void one.info("app.never");
  const [flushed, ready] = [one.flush(), one.ready()];
  await one.close({ timeoutMs: 1 });
  await Promise.all([flushed, ready]);
});

test("an answer that was lost makes nothing come twice", async () => {
  const one = logger({ spool });
  server.answers.push("taken without an answer", "taken without an answer");
  for (const n of upTo(50)) await one.info("app.n", { n });
  await one.flush();
  await one.close();
  expect(numbers()).toEqual(upTo(50));
  expect(readdirSync(spool)).toEqual([]);
});

test("what is in the spool is sent by the next logger, and a torn line is not", async () => {
  const { port } = server;
  await server.close();
  const first = logger({ spool });
  for (const n of upTo(10)) await first.info("app.n", { n });
  await first.close({ timeoutMs: 1 });
  const [file] = readdirSync(spool);
  appendFileSync(join(spool, file as string), '01234567 10 {"type":"app.torn');
  server = await LogServer.listen(port);
  const second = logger({ spool });
  await second.info("app.n", { n: 10 });
  await second.close();
  expect([...numbers()].sort((a, b) => Number(a) - Number(b))).toEqual(upTo(11));
  expect(readdirSync(spool)).toEqual([]);
});

test("a damaged line in the middle is passed over, and what stands behind it comes as of a new source", async () => {
  const { port } = server;
  await server.close();
  const first = logger({ spool });
  for (const n of upTo(10)) await first.info("app.n", { n });
  await first.close({ timeoutMs: 1 });
  const path = join(spool, readdirSync(spool)[0] as string);
  writeFileSync(path, readFileSync(path, "utf8").replace('"n":4', '"n":5'));
  server = await LogServer.listen(port);
  const second = logger({ spool });
  await second.flush();
  await second.close();
  expect(numbers()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
  expect(new Set(server.taken.map(({ source }) => source.instance)).size).toBe(2);
  expect(readdirSync(spool)).toEqual([]);
});

test("a server that has lost what it had gets what is still kept, and the rest as of a new source", async () => {
  const one = logger({ spool });
  for (const n of upTo(20)) await one.info("app.n", { n });
  await one.flush();
  server.forgetAfter(5);
  for (const n of [20, 21]) await one.info("app.n", { n });
  await one.flush();
  await one.close();
  expect(numbers()).toEqual(upTo(22));
  const other = logger();
  await other.info("app.m", { n: 0 });
  server.forgetAfter(0);
  await other.info("app.m", { n: 1 });
  await other.info("app.m", { n: 2 });
  await other.close();
  expect(numbers()).toEqual([1, 2]);
  expect(server.taken.map(({ source }) => source.sequence)).toEqual([0, 1]);
});

test("what the server takes in no form leaves a trace, and what comes after it goes on", async () => {
  const one = logger({ spool });
  const wrong = {
    body: { error: { code: "request-invalid", message: "record 1: details", record: 1 } },
    status: 422,
  };
  server.answers.push(wrong);
  await Promise.all(upTo(3).map((n) => one.info("app.n", { n })));
  await one.flush();
  await one.close();
  expect(server.taken.map(({ details, type }) => [type, details?.["n"]])).toEqual([
    ["app.n", 0],
    ["app.custody.event-refused", undefined],
    ["app.n", 2],
  ]);
  expect(errors).toMatchObject([{ code: "SERVER_REFUSED" }]);
});

test("prompts, requests, calls of tools and their results are linked", async () => {
  const one = logger({ session: "s" });
  const prompt = one.prompt("what is there?");
  const request = one.modelRequest({ links: { prompt: prompt.action }, model: "m", provider: "p" });
  void request.completed({ text: "a lot", usage: { input: 1, output: 2 } });
  void one.toolCall({ id: "t1", input: { a: 1 }, links: { request: request.action }, name: "look" });
  await one.toolResult({ id: "t1", isError: true, name: "look", result: { b: "x".repeat(9000) } });
  await one.close();
  const sent = server.bodies.flatMap((body) => body.split("\n")).map((line) => JSON.parse(line));
  expect(sent.map(({ action, level, links, type }) => [type, action, level, links])).toEqual([
    ["prompt.submitted", prompt.action, undefined, undefined],
    ["model.request.requested", request.action, undefined, { prompt: prompt.action }],
    ["model.request.completed", request.action, undefined, { prompt: prompt.action }],
    ["tool.call.requested", "tool t1", undefined, { request: request.action, tool: "t1" }],
    ["tool.call.failed", "tool t1", "warning", { tool: "t1" }],
  ]);
  expect(sent[4].details.result).toHaveLength(4096);
});
