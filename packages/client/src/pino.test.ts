import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import transport from "./pino.ts";
import { LogServer } from "./testing/log-server.ts";

let server: LogServer;
let spool: string;

beforeEach(async () => {
  server = await LogServer.listen();
  spool = mkdtempSync(join(tmpdir(), "custody-pino-"));
});
afterEach(async () => {
  await server.close();
  rmSync(spool, { force: true, recursive: true });
});

test("lines of pino become events, with their levels, however they are cut", async () => {
  const stream = transport({ spool, token: "t", url: server.url });
  const logger = pino({ level: "trace" }, stream);
  logger.trace("step");
  logger.info({ order: 7, type: "app.order.paid" }, "paid");
  logger.warn({ type: "session.started" }, "not ours");
  logger.error(new Error("broken"));
  logger.fatal({ deep: { er: [1] } }, "over");
  stream.write('{"level":30,"msg":"cut ');
  stream.write('in two"}\nno JSON at all\n');
  await new Promise<void>((resolve) => stream.end(() => resolve()));
  const sent = server.bodies.flatMap((body) => body.split("\n")).map((line) => JSON.parse(line));
  expect(sent.map(({ details, level, type }) => [type, level, details.message])).toEqual([
    ["app.log", "debug", "step"],
    ["app.order.paid", "info", "paid"],
    ["app.log", "warning", "not ours"],
    ["app.log", "error", "broken"],
    ["app.log", "critical", "over"],
    ["app.log", "info", "cut in two"],
    ["app.log", "info", "no JSON at all"],
  ]);
  expect(sent[3].details.err).toContain("Error: broken");
  expect(sent[4].details.deep).toBe('{"er":[1]}');
});
