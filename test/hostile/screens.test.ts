import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actionLines } from "../../apps/cli/src/records/describe-action.ts";
import { recordLine } from "../../apps/cli/src/records/describe-record.ts";
import { ecsProblems } from "../export/ecs-schema.ts";
import { ocsfProblems } from "../export/ocsf-schema.ts";
import { buildCommand, launcher, run } from "../export/run-command.ts";
import { newId, type RecordChange, writeLedger } from "../export/written-ledger.ts";
import { dangerousOnScreen, hostileTexts, longLine } from "./texts.ts";

let cwd = "";
let written: readonly AuditRecord[] = [];

beforeAll(async () => {
  buildCommand();
  cwd = mkdtempSync(join(tmpdir(), "custody-hostile-"));
  const changes = [...hostileTexts.map(({ text }) => everywhere(text)), { statement: long() }];
  written = await writeLedger(join(cwd, "custody-data"), changes);
}, 240_000);
afterAll(() => rmSync(cwd, { force: true, recursive: true }));

/** The text in every place that an agent, or a database that it talks to, can fill. */
function everywhere(text: string): RecordChange {
  const object = { database: text, name: text, resolved: "syntax", role: "read", schema: text } as const;
  return {
    actor: { agent: { instance: newId(), name: text }, human: { assurance: "token", id: "h", name: text } },
    decision: { effect: "allow", policy: "0".repeat(64), reasons: [text], rule: text },
    details: { application: text, settings: [text] },
    effect: { bytes: 0, code: text, error: text, rows: {}, source: "server", status: "ok", tag: text },
    message: { key: "db.statement.completed", params: { target: text, verb: text } },
    operations: [{ kind: "read", objects: [object], tier: "read", verb: text }],
    statement: {
      digest: "1".repeat(64),
      parameters: [
        { index: 1, type: text, value: text },
        { index: 2, null: true, type: text },
      ],
      text,
    },
    target: { database: text, environment: "development", kind: "postgres", name: text, user: text },
  };
}

function long(): NonNullable<AuditRecord["statement"]> {
  return { digest: "2".repeat(64), text: longLine };
}

/** Nothing that a terminal would obey or hide, in any line. */
function expectHarmless(text: string): void {
  const bad = text.split("\n").find((line) => dangerousOnScreen.test(line.replace(/\r$/, "")));
  expect(bad).toBeUndefined();
}

test("log shows one line a record, whatever stands in it", () => {
  const { code, err, out } = run(cwd, "log", "--limit", "1000", "--type", "db");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expectHarmless(out);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(written.length);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}/);
});

test("log cuts a long statement, show and every export have all of it", () => {
  const last = written.at(-1) as AuditRecord;
  expect(run(cwd, "log", "--search", "0123456789abcdef").out.length).toBeLessThan(400);
  expect(run(cwd, "show", last.action).out).toContain(longLine);
  for (const format of ["jsonl", "csv", "ocsf", "ecs"])
    expect(run(cwd, "export", "--format", format, "-o", "-").out).toContain(longLine);
});

test.each(hostileTexts)("show is harmless with $name", ({ text }) => {
  const record = { ...(written[0] as AuditRecord), ...everywhere(text), index: 0 };
  for (const line of actionLines([record], () => "")) expect(line).not.toMatch(dangerousOnScreen);
});

test("show is harmless through the command, too", () => {
  for (const record of written.slice(0, -1).filter((_, at) => at % 6 === 0)) {
    const { code, err, out } = run(cwd, "show", record.action);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expectHarmless(out);
  }
});

test("what a policy says about the past is harmless", () => {
  const kind = "match: { kind: read }";
  writeFileSync(join(cwd, "strict.yaml"), `version: 1\nrules:\n  - { name: no, ${kind}, effect: deny }\n`);
  const replayed = run(
    cwd,
    "policy",
    "replay",
    "--since",
    "2000-01-01",
    "--policy",
    "strict.yaml",
    "--limit",
    "1000",
  );
  expect({ code: replayed.code, err: replayed.err }).toEqual({ code: 0, err: "" });
  expect(replayed.out).toContain("-> deny (no)");
  expectHarmless(replayed.out);
  for (const record of written.slice(0, -1).filter((_, at) => at % 9 === 0)) {
    const { code, err, out } = run(cwd, "policy", "explain", record.action);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("builtin:roles");
    expectHarmless(out);
  }
}, 240_000);

test("what was asked for and makes no sense is repeated harmlessly", () => {
  const texts = hostileTexts.map(({ text }) => text).filter((text) => !text.includes("\0"));
  const shown = run(cwd, "show", `x${texts.join("")}`);
  expect(shown.code).toBe(2);
  expectHarmless(shown.out + shown.err);
  for (const option of ["--type", "--since", "--limit", "--unknown", "--level"]) {
    const { code, err, out } = run(cwd, "log", `${option}=x${texts.join("")}`);
    expect(code).toBe(2);
    expectHarmless(out + err);
  }
}, 240_000);

test("status and the ready line name a hostile directory without obeying it", async () => {
  const data = join(cwd, "d\x1b[2J\u202e\n");
  const args = [launcher, "up", "--listen", "127.0.0.1:0", "--data", data];
  const server = spawn(process.execPath, args, { cwd, env: { PATH: process.env["PATH"] } });
  try {
    const [ready] = await once(server.stdout, "data");
    expectHarmless(String(ready));
    const { code, err, out } = run(cwd, "status", "--data", data);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("\\u{1b}[2J\\u{202e}\\n");
    expectHarmless(out);
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
});

test("exports are harmless on a terminal, and exact for programs", () => {
  const out = (format: string) => run(cwd, "export", "--format", format, "--type", "db", "-o", "-").out;
  const parsed = (format: string) => {
    const text = out(format);
    expectHarmless(text);
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  const texts = written.map(({ statement }) => statement?.text);
  expect(parsed("jsonl").map(({ index, integrity, ...record }) => record)).toEqual(written);
  const events = parsed("ocsf");
  expect(events.map(({ query_info }) => query_info.query_string)).toEqual(texts);
  expect(events.flatMap(ocsfProblems)).toEqual([]);
  const documents = parsed("ecs");
  expect(documents.map(({ custody }) => custody.statement.text)).toEqual(texts);
  expect(documents.flatMap(ecsProblems)).toEqual([]);
  const csv = out("csv");
  expectHarmless(csv);
  expect(csv.split("\r\n")).toHaveLength(written.length + 2);
});

test("verify names a hostile file without obeying it", () => {
  const name = "\x1b[2J\u202eevil\r\n";
  mkdirSync(join(cwd, "custody-data/tile", name));
  writeFileSync(join(cwd, "custody-data/tile", name, "x"), "x");
  for (const args of [["verify"], ["verify", "--json"]]) {
    const { code, err, out } = run(cwd, ...args);
    expect(code).toBe(1);
    expect(out).toContain("evil");
    expectHarmless(out + err);
  }
  rmSync(join(cwd, "custody-data/tile", name), { recursive: true });
  expect(run(cwd, "verify").out).toMatch(/^ok: \d+ entries, root \S+\n$/);
});

test("the only escape sequences on a coloured screen are our own colours", () => {
  for (const { text } of hostileTexts) {
    const line = recordLine({ ...(written[0] as AuditRecord), ...everywhere(text), index: 0 }, true);
    expectHarmless(line.replace(/^(.{25})\x1b\[\d\dm([a-z]+ *)\x1b\[0m/, "$1$2"));
  }
});

test("the fixture attacks in every way that the rule is about", () => {
  const all = hostileTexts.map(({ text }) => text).join("");
  for (const kind of [/\p{Cc}/u, /\p{Cf}/u, /\p{Zl}/u, /\p{Zp}/u, /\p{Default_Ignorable_Code_Point}/u])
    expect(all).toMatch(kind);
  expect(new Set(hostileTexts.map(({ name }) => name)).size).toBe(hostileTexts.length);
  expect(longLine.length).toBeGreaterThan(1_000_000);
  expect(readFileSync(new URL("./texts.ts", import.meta.url), "utf8")).not.toMatch(
    /[^\n\P{Cc}]|\p{Cf}|\p{Default_Ignorable_Code_Point}/u,
  );
});
