import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { type NewEntry, openLedger, verifyLedger } from "@custody/ledger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ecsProblems } from "./ecs-schema.ts";
import { ocsfProblems } from "./ocsf-schema.ts";
import { buildCommand, launcher, run } from "./run-command.ts";
import { writeLedger } from "./written-ledger.ts";

let cwd = "";
beforeAll(async () => {
  buildCommand();
  cwd = mkdtempSync(join(tmpdir(), "custody-export-"));
  await writeLedger(join(cwd, "custody-data"), [
    { time: "2026-11-18T00:00:00.000000Z" },
    { session: "other", time: "2026-11-19T00:00:00.000000Z" },
    { level: "warning", time: "2026-11-20T00:00:00.000000Z", type: "db.statement.denied" },
    {
      target: { environment: "production", kind: "postgres", name: "second" },
      time: "2026-11-21T00:00:00.000000Z",
    },
  ]);
}, 240_000);
afterAll(() => rmSync(cwd, { force: true, recursive: true }));

let files = 0;
const newPath = () => join(cwd, `out-${files++}`);
const lines = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

function exported(...args: string[]) {
  const path = newPath();
  const { code, err, out } = run(cwd, "export", "-o", path, "--json", ...args);
  expect(err).toBe("");
  expect(code).toBe(0);
  return { summary: JSON.parse(out), text: readFileSync(path, "utf8"), path };
}

test("JSON Lines are what `log --json` prints, and the place in the chain", () => {
  const { path, summary, text } = exported();
  const records = lines(text);
  const logged = lines(run(cwd, "log", "--json", "--limit", "1000").out);
  expect(records.map(({ integrity, ...record }) => record)).toEqual(logged);
  for (const [at, { integrity }] of records.entries())
    if (at > 0) expect(integrity.previousLeafHash).toBe(records[at - 1].integrity.leafHash);
  expect(summary).toEqual({
    bytes: Buffer.byteLength(text),
    format: "jsonl",
    path,
    records: records.length,
    size: records.length,
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("OCSF and ECS keep to their schemas, and CSV has a row for each record", () => {
  const size = lines(exported().text).length;
  const events = lines(exported("--format", "ocsf").text);
  expect(events).toHaveLength(size);
  for (const event of events) expect(ocsfProblems(event)).toEqual([]);
  const documents = lines(exported("--format", "ecs").text);
  expect(documents).toHaveLength(size);
  for (const document of documents) expect(ecsProblems(document)).toEqual([]);
  expect(exported("--format", "csv").text.split("\r\n")).toHaveLength(size + 2);
});

test.each([
  [["--session", "other"], [1]],
  [
    ["--type", "db.statement"],
    [0, 1, 2, 3],
  ],
  [["--type", "db.*.denied"], [2]],
  [["--target", "second"], [3]],
  [
    ["--type", "db", "--since", "2026-11-19T00:00:00Z", "--until", "2026-11-21T00:00:00Z"],
    [1, 2],
  ],
  [["--type", "nothing"], []],
])("%j narrows it", (args, wanted) => {
  const { summary, text } = exported(...args);
  expect(lines(text).map(({ source }) => source.sequence)).toEqual(wanted);
  expect(summary.records).toBe(wanted.length);
});

test("- is standard output", () => {
  const { code, err, out } = run(cwd, "export", "-o", "-");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(exported().text);
});

test("a file that exists stays as it is, unless it may be replaced", () => {
  const path = newPath();
  writeFileSync(path, "mine");
  const refused = run(cwd, "export", "-o", path);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/exists already.*--force.*\(FILE_UNUSABLE\)\n$/);
  expect(readFileSync(path, "utf8")).toBe("mine");
  expect(run(cwd, "export", "-o", path, "--force").code).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(exported().text);
  expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  [["--format", "xml"], "USAGE"],
  [["--since", "yesterday"], "USAGE"],
  [["--until", "tomorrow"], "USAGE"],
  [["-o", ""], "USAGE"],
  [["-o", "-", "--json"], "USAGE"],
  [["-o", "not/there"], "FILE_UNUSABLE"],
  [["-o", "."], "FILE_UNUSABLE"],
  [["--format", "tlog", "-o", "-"], "USAGE"],
  [["--format", "tlog", "--force"], "USAGE"],
  [["--format", "tlog", "--session", "s"], "USAGE"],
  [["--format", "tlog", "--since", "1h"], "USAGE"],
  [["--format", "tlog", "-o", "."], "FILE_UNUSABLE"],
  [["--format", "tlog", "-o", "not/there"], "FILE_UNUSABLE"],
  [["--data", "nowhere"], "FORMAT_UNKNOWN"],
])("%j is refused, and leaves nothing behind", (args, code) => {
  const before = readdirSync(cwd);
  const given = args.includes("-o") ? args : ["-o", "new", ...args];
  const { code: exitCode, err, out } = run(cwd, "export", ...given);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err).toContain(`(${code})`);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(readdirSync(cwd)).toEqual(before);
});

test("without -o it says what is missing", () => {
  expect(run(cwd, "export")).toMatchObject({ code: 2, err: expect.stringContaining("-o, --output") });
});

describe("the public log", () => {
  test("is the checkpoint, its tiles and its bundles, in a directory that may exist when it is empty", () => {
    const path = newPath();
    mkdirSync(path);
    const { code, out } = run(cwd, "export", "--format", "tlog", "-o", path, "--json");
    expect(code).toBe(0);
    const checkpoint = readFileSync(join(path, "checkpoint"), "utf8");
    const size = Number(checkpoint.split("\n")[1]);
    expect(size).toBe(lines(run(cwd, "log", "--json").out).length);
    const found = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
    expect(found.sort()).toEqual(["checkpoint", `tile/0/000.p/${size}`, `tile/entries/000.p/${size}`]);
    expect(checkpoint).toBe(readFileSync(join(cwd, "custody-data/checkpoint"), "utf8"));
    expect(JSON.parse(out)).toEqual({
      bytes: expect.any(Number),
      format: "tlog",
      path,
      records: size,
      root: checkpoint.split("\n")[2],
      size,
    });
    expect(run(cwd, "export", "--format", "tlog", "-o", path)).toMatchObject({
      code: 2,
      err: expect.stringContaining("is not empty"),
    });
  });

  test("is refused when the stored entries are not those that were signed", async () => {
    const data = join(cwd, "changed");
    await writeLedger(data, [{}]);
    const bundle = join(
      data,
      "tile/entries/000.p",
      readdirSync(join(data, "tile/entries/000.p")).at(-1) ?? "",
    );
    const bytes = readFileSync(bundle);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(bundle, bytes);
    const before = readdirSync(cwd);
    const { code, err } = run(cwd, "export", "--data", data, "--format", "tlog", "-o", "changed-log");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("STATE_DAMAGED") });
    expect(readdirSync(cwd)).toEqual(before);
  });

  test("covers what was acknowledged before the call, beside a running writer", async () => {
    const data = join(cwd, "running");
    await writeLedger(data, [{}]);
    const ledger = await openLedger({ checkpointIntervalMs: 1000, directory: data });
    await ledger.checkpoint();
    await ledger.append(foreignEntry(0));
    const acknowledged = ledger.size;
    // Not `run`, which would keep this process, the writer, from publishing.
    const args = [launcher, "export", "--data", data, "--format", "tlog", "-o", newPath(), "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
    expect(JSON.parse(stdout).size).toBeGreaterThanOrEqual(acknowledged);
    await ledger.close();
  });

  test("covers what a killed writer had acknowledged, by publishing it", async () => {
    const data = join(cwd, "to-be-killed");
    const ledger = await openLedger({ checkpointIntervalMs: 3_600_000, directory: data });
    await ledger.checkpoint();
    await ledger.append(foreignEntry(0));
    const acknowledged = ledger.size;
    // As the disk is when the process is killed.
    const killed = join(cwd, "killed");
    cpSync(data, killed, { filter: (path) => !basename(path).startsWith("lock"), recursive: true });
    await ledger.close();
    const published = Number(readFileSync(join(killed, "checkpoint"), "utf8").split("\n")[1]);
    expect(published).toBeLessThan(acknowledged);
    const { code, err, out } = run(
      cwd,
      "export",
      "--data",
      killed,
      "--format",
      "tlog",
      "-o",
      newPath(),
      "--json",
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out).size).toBeGreaterThan(acknowledged);
    expect((await verifyLedger({ directory: killed })).findings).toEqual([]);
  });
});

/** As some other program of the ledger package would write it: not a record. */
function foreignEntry(sequence: number): NewEntry {
  const scope = { class: "session", project: "p", session: "s" };
  return { payload: "{}", scope, sequence, source: "test", timeMs: 1, type: "test.entry" };
}
