import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { AuditRecord } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "./installation.ts";

const run = promisify(execFile);

let installation: Installation;
let folder: string;

beforeAll(async () => {
  installation = await Installation.begin();
  folder = mkdtempSync(join(tmpdir(), "custody-logging-"));
});
afterAll(async () => {
  await installation.end();
  rmSync(folder, { force: true, recursive: true });
});

async function example(program: URL): Promise<string> {
  const { stdout } = await run(process.execPath, [fileURLToPath(program)], {
    cwd: folder,
    env: installation.variables,
  });
  return stdout;
}

const told = (records: readonly AuditRecord[]) =>
  records.filter(({ source }) => source.vantage === "reported").map(({ type }) => type);

test("an agent reports its thread, which is linked from the prompt to the tool", async () => {
  await example(new URL("../../examples/logging/report-agent.mjs", import.meta.url));
  const records = (await installation.records()).filter(({ source }) => source.vantage === "reported");
  expect(told(records)).toEqual([
    "prompt.submitted",
    "model.request.requested",
    "model.request.completed",
    "tool.call.requested",
    "tool.call.completed",
    "app.answer.sent",
  ]);
  const [prompt, request, answer, call, result, sent] = records as [
    AuditRecord,
    AuditRecord,
    AuditRecord,
    AuditRecord,
    AuditRecord,
    AuditRecord,
  ];
  expect(new Set(records.map(({ session }) => session)).size).toBe(1);
  expect(request.links.prompt).toBe(prompt.action);
  expect([answer.action, call.links.request]).toEqual([request.action, request.action]);
  expect(result).toMatchObject({ action: call.action, links: { tool: "toolu_1", toolBy: "id" } });
  expect(answer).toMatchObject({
    statement: { text: "I look them up." },
    target: { kind: "model", name: "anthropic" },
    usage: { costMicros: null, input: 812, output: 40 },
  });
  expect(sent).toMatchObject({ actor: { agent: { name: "support-bot" }, human: { name: "ada" } } });
});

test("lines of pino are events", async () => {
  await example(new URL("../../examples/logging/report-with-pino.mjs", import.meta.url));
  expect(await installation.records("--type", "app.refund.approved")).toMatchObject([
    { details: { cents: 1250, message: "refund approved", order: 7 }, level: "info" },
  ]);
  expect((await installation.records("--type", "app.log")).map(({ level }) => level)).toEqual([
    "warning",
    "error",
  ]);
});

test("plain HTTP does, and the same again is known", async () => {
  const program = new URL("../../examples/logging/report-with-fetch.mjs", import.meta.url);
  expect(await example(program)).toBe('200 {"known":0,"recorded":2}\n');
  expect(await example(program)).toBe('200 {"known":2,"recorded":0}\n');
});

/** A disk of its own, which only a machine's administrator can make. */
const canMount = (() => {
  try {
    execFileSync("unshare", ["-m", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.runIf(canMount)(
  "a full disk is said, nothing that was safe is lost, and it goes on when there is room",
  async () => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    const load = fileURLToPath(new URL("full-disk-load.mjs", import.meta.url));
    const script = `mount -t tmpfs -o size=128k none ${disk} && exec ${process.execPath} ${load} ${disk}/spool ${disk}`;
    const { stdout } = await run("unshare", ["-m", "sh", "-c", script], { env: installation.variables });
    const { codes, safe } = JSON.parse(stdout) as { codes: string[]; safe: number[] };
    expect(codes).toEqual(["SPOOL_FAILED"]);
    expect(safe.length).toBeGreaterThan(40);
    const records = await installation.records("--type", "app.load.event");
    expect(records.map(({ details }) => details?.["number"])).toEqual(safe);
  },
);
