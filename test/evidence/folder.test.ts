import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LedgerReader, nodePrimitives, openLedger } from "@custody/ledger";
import { leafHash } from "@custody/ledger/verifier";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { run } from "../export/run-command.ts";
import {
  changeLine,
  EvidenceFolder,
  linesOf,
  newRecord,
  otherLetter,
  policyRecord,
  session,
  writeLines,
} from "./evidence-folder.ts";

// Each step is a process of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const evidence = new EvidenceFolder();

beforeAll(async () => {
  await evidence.make([
    policyRecord("too early"),
    policyRecord("in force"),
    { session: "other" },
    newRecord(),
    newRecord({ statement: { digest: "2".repeat(64), text: "SELECT 'the second'" } }),
    { session: "other" },
    { session: "other" },
    policyRecord("loaded meanwhile"),
    newRecord(),
    newRecord(),
    { session: "other" },
    policyRecord("too late"),
  ]);
});
afterAll(() => evidence.remove());

test("the folder holds what was asked for, and nothing of anybody else", () => {
  const { folder } = evidence;
  expect(readdirSync(folder).sort()).toEqual([
    "README.txt",
    "checkpoint",
    "evidence.json",
    "index.html",
    "receipts.jsonl",
    "records.jsonl",
    "verifier",
  ]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const records = linesOf(folder, "records.jsonl").map((line) => JSON.parse(line));
  const sources = records.map(({ source }) => source.sequence);
  expect(sources).toEqual([1, 3, 4, 7, 8, 9]);
  expect(records).toEqual(sources.map((sequence) => evidence.written[sequence]));
  expect(readFileSync(join(folder, "index.html"), "utf8")).not.toContain("too early");
  expect(readFileSync(join(folder, "verifier"), "utf8")).toBe(`${evidence.key}\n`);
});

test("it is in order for whoever has the key", () => {
  const { code, err, out } = evidence.check(evidence.folder);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^ok: All 6 records are as they were recorded, session 019aa1f2/);
  expect(out).toContain("2 records are not of the session itself");
  const { lines } = {
    lines: run(evidence.cwd, "check", evidence.folder, "--key", evidence.key, "--json").out,
  };
  expect(JSON.parse(lines)).toMatchObject({
    destroyed: 0,
    findings: [],
    key: "given",
    ofSession: 4,
    ok: true,
    origin: evidence.key.split("+")[0],
    records: 6,
    restarts: 0,
    session,
  });
});

test("without a key it is checked with its own, and that is said", () => {
  const { code, err, out } = run(evidence.cwd, "check", evidence.folder);
  expect({ code, out: out.slice(0, 3) }).toEqual({ code: 0, out: "ok:" });
  expect(err).toContain("no --key was given");
  expect(err).toContain("another one here");
});

test("a receipt without a key is asked for one", () => {
  writeFileSync(join(evidence.cwd, "receipt"), "x");
  expect(run(evidence.cwd, "check", "receipt")).toMatchObject({
    code: 2,
    err: expect.stringContaining("(USAGE)"),
  });
});

test("one that is not in order is said no to, in words", () => {
  const folder = evidence.copy();
  changeLine(folder, "records.jsonl", 2, (line) => line.replace("the second", "the sec0nd"));
  const { code, out } = evidence.check(folder);
  expect(code).toBe(1);
  expect(out).toMatch(
    /^NOT in order: 1 finding\nrecords\.jsonl: The record of entry \d+ is not the one.*\(RECORD_CHANGED\)\n$/,
  );
  const { out: json } = run(evidence.cwd, "check", folder, "--key", evidence.key, "--json");
  expect(JSON.parse(json)).toMatchObject({
    findingCount: 1,
    findings: [{ code: "RECORD_CHANGED", file: "records.jsonl", index: expect.any(Number), line: 3 }],
    ok: false,
  });
});

describe("what was changed is found", () => {
  test.each<[string, (folder: string) => void, readonly string[]]>([
    [
      "one character of a record",
      (folder) => changeLine(folder, "records.jsonl", 2, (line) => line.replace("the second", "the sec0nd")),
      ["RECORD_CHANGED"],
    ],
    [
      "a record as another spelling of the same JSON",
      (folder) => changeLine(folder, "records.jsonl", 2, (line) => line.replace("{", "{ ")),
      ["RECORD_CHANGED"],
    ],
    [
      "two records that changed places",
      (folder) => {
        const [a, b, ...rest] = linesOf(folder, "records.jsonl") as [string, string];
        writeLines(folder, "records.jsonl", [b, a, ...rest]);
      },
      ["RECORD_CHANGED", "RECORD_CHANGED"],
    ],
    [
      "two receipts that changed places",
      (folder) => {
        const [a, b, ...rest] = linesOf(folder, "receipts.jsonl") as [string, string];
        writeLines(folder, "receipts.jsonl", [b, a, ...rest]);
      },
      ["RECORD_CHANGED", "RECORD_CHANGED", "SOURCE_GAP", "PROOF_WRONG"],
    ],
    [
      "a record that is missing, with its receipt",
      (folder) => {
        for (const name of ["records.jsonl", "receipts.jsonl"])
          writeLines(folder, name, linesOf(folder, name).toSpliced(2, 1));
      },
      ["SESSION_GAP", "PROOF_WRONG", "COUNT_DIFFERS"],
    ],
    [
      "the last record, missing without its receipt",
      (folder) => writeLines(folder, "records.jsonl", linesOf(folder, "records.jsonl").slice(0, -1)),
      ["RECORD_MISSING"],
    ],
    [
      "a record too many",
      (folder) => writeLines(folder, "records.jsonl", [...linesOf(folder, "records.jsonl"), "null", "null"]),
      ["RECEIPT_MISSING", "RECEIPT_MISSING"],
    ],
    [
      "a record that is said to be destroyed",
      (folder) => {
        changeLine(folder, "records.jsonl", 2, () => "null");
        changeLine(folder, "receipts.jsonl", 2, (line) => line.replace(/,"salt":"[^"]*"/, ""));
      },
      ["COUNT_DIFFERS", "RECORD_WITHHELD"],
    ],
    [
      "an entry",
      (folder) => changeLine(folder, "receipts.jsonl", 2, (line) => line.replace('"ts":1', '"ts":2')),
      ["RECORD_CONTRADICTS", "SESSION_GAP", "PROOF_WRONG"],
    ],
    [
      "a hash of the tree",
      (folder) =>
        changeLine(folder, "receipts.jsonl", 3, (line) => otherLetter(line, line.indexOf('["') + 2)),
      ["PROOF_WRONG"],
    ],
    [
      "the end of the receipts",
      (folder) => writeLines(folder, "receipts.jsonl", linesOf(folder, "receipts.jsonl").slice(0, -1)),
      ["PROOF_WRONG"],
    ],
    [
      "a line that is none",
      (folder) => changeLine(folder, "receipts.jsonl", 0, () => "[]"),
      ["LINE_MALFORMED", "PROOF_WRONG", "COUNT_DIFFERS"],
    ],
    [
      "the signature",
      (folder) => changeLine(folder, "checkpoint", -1, (line) => otherLetter(line, -20)),
      ["CHECKPOINT_UNVERIFIED"],
    ],
  ])("%s", async (_, change, codes) => {
    const folder = evidence.copy();
    change(folder);
    const found = await evidence.found(folder);
    expect(found.ok).toBe(false);
    expect([...new Set(found.codes)].sort()).toEqual([...new Set(codes)].sort());
  });

  test("a record that was left out by somebody who mended the proof: its session misses it", async () => {
    const folder = evidence.copy();
    const receipts = linesOf(folder, "receipts.jsonl").map((line) => JSON.parse(line));
    // The second record of the session; its neighbour before it is there, so they make one subtree or two.
    const { between, entry } = receipts[2];
    const leaf = await leafHash(Buffer.from(JSON.stringify(entry)), nodePrimitives);
    const next = receipts[3];
    const reader = await LedgerReader.open({ directory: join(evidence.cwd, "custody-data") });
    const size = Number(readFileSync(join(folder, "checkpoint"), "utf8").split("\n")[1]);
    const mended = reader.subtrees(size)(receipts[1].entry.i + 1, next.entry.i);
    expect(between.length + mended.length).toBeGreaterThan(0);
    expect(leaf).toHaveLength(32);
    receipts[3] = { ...next, between: mended.map((hash) => hash.toString("base64")) };
    writeLines(
      folder,
      "receipts.jsonl",
      receipts.toSpliced(2, 1).map((line) => JSON.stringify(line)),
    );
    writeLines(folder, "records.jsonl", linesOf(folder, "records.jsonl").toSpliced(2, 1));
    const manifest = JSON.parse(readFileSync(join(folder, "evidence.json"), "utf8"));
    writeFileSync(join(folder, "evidence.json"), JSON.stringify({ ...manifest, records: 5 }));
    expect(await evidence.found(folder)).toEqual({ codes: ["SESSION_GAP"], ok: false });
  });

  test("another key, and the checkpoint of another log", async () => {
    const directory = join(evidence.cwd, "stranger");
    const ledger = await openLedger({ directory });
    await ledger.close();
    expect((await evidence.found(evidence.folder, ledger.verifierKey)).codes).toEqual([
      "CHECKPOINT_UNVERIFIED",
    ]);
    const folder = evidence.copy();
    writeFileSync(join(folder, "checkpoint"), readFileSync(join(directory, "checkpoint")));
    expect((await evidence.found(folder)).codes).toEqual(["CHECKPOINT_UNVERIFIED", "PROOF_WRONG"]);
    // With the stranger's key in the folder, too, the checkpoint is right, and the records are not of that log.
    writeFileSync(join(folder, "verifier"), `${ledger.verifierKey}\n`);
    expect((await evidence.found(folder, ledger.verifierKey)).codes).toEqual(["PROOF_WRONG"]);
  });
});

test.each<[string, (folder: string) => void]>([
  ["no manifest", (folder) => rmSync(join(folder, "evidence.json"))],
  ["a manifest of another kind", (folder) => writeFileSync(join(folder, "evidence.json"), "{}")],
  ["no records", (folder) => rmSync(join(folder, "records.jsonl"))],
  ["no key", (folder) => rmSync(join(folder, "verifier"))],
  ["an empty key", (folder) => writeFileSync(join(folder, "verifier"), "")],
])("a folder with %s is none", (_, change) => {
  const folder = evidence.copy();
  change(folder);
  const { code, err, out } = run(evidence.cwd, "check", folder);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/\((FILE_UNUSABLE|VERIFIER_KEY_MALFORMED)\)\n$/);
});

test.each([
  [["--session", "nobody"], 1, "NOT_FOUND"],
  [[], 2, "USAGE"],
  [["--session", session, "--format", "csv"], 2, "USAGE"],
  [["--session", session, "--since", "1h"], 2, "USAGE"],
  [["--session", session, "-o", "x"], 2, "USAGE"],
])("export --bundle with %j is refused, and leaves nothing behind", (args, exitCode, code) => {
  const before = readdirSync(evidence.cwd);
  const ran = run(evidence.cwd, "export", "--bundle", "refused", ...args);
  expect(ran).toMatchObject({ code: exitCode, err: expect.stringContaining(`(${code})`), out: "" });
  expect(readdirSync(evidence.cwd)).toEqual(before);
});

test("a folder that holds something stays as it is", () => {
  const path = join(evidence.cwd, "full");
  mkdirSync(path);
  writeFileSync(join(path, "mine"), "mine");
  expect(evidence.export(path)).toMatchObject({ code: 2, err: expect.stringContaining("is not empty") });
  expect(readdirSync(path)).toEqual(["mine"]);
});

test("--json says what was written", () => {
  const path = join(evidence.cwd, "as-json");
  expect(JSON.parse(evidence.export(path, "--json").out)).toMatchObject({
    destroyed: 0,
    format: "bundle",
    path,
    records: 6,
    session,
  });
  expect(existsSync(join(path, "README.txt"))).toBe(true);
  const readme = readFileSync(join(path, "README.txt"), "utf8");
  expect(readme).toContain("not thereby complete");
  expect(readme).toContain("by another way");
});
