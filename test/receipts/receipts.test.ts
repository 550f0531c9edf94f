import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { LedgerReader, openLedger } from "@custody/ledger";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { buildCommand, type Ran, run } from "../export/run-command.ts";
import { writeLedger } from "../export/written-ledger.ts";
import { dangerousOnScreen } from "../hostile/texts.ts";

const cwd = mkdtempSync(join(tmpdir(), "custody-receipts-"));
/** Whoever gets a receipt has the file and the key, and nothing else. */
const elsewhere = join(cwd, "elsewhere");
// Each step is a process of its own.
vi.setConfig({ testTimeout: 120_000 });

let written: readonly AuditRecord[] = [];
let key = "";

beforeAll(async () => {
  buildCommand();
  mkdirSync(elsewhere);
  const text = "SELECT '\u202eolleh', '\x1b[2J' -- \u200b";
  written = await writeLedger(join(cwd, "custody-data"), [
    {},
    { statement: { digest: "2".repeat(64), protocol: "simple", text } },
    { session: "other" },
  ]);
  key = run(cwd, "keys", "verifier").out.trim();
}, 240_000);
afterAll(() => rmSync(cwd, { force: true, recursive: true }));

function proved(file: string, ...args: readonly string[]): Buffer {
  const path = join(elsewhere, file);
  expect(run(cwd, "prove", ...args, "-o", path)).toMatchObject({ code: 0, out: "" });
  return readFileSync(path);
}

function check(file: string, ...args: readonly string[]): Ran {
  return run(elsewhere, "check", file, "--key", key, ...args);
}

function changed(file: string, bytes: Buffer, at: number): Ran {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  writeFileSync(join(elsewhere, file), copy);
  return check(file);
}

const hostile = (): AuditRecord => written[1] as AuditRecord;

test.each([
  ["a tlog-proof", []],
  ["a COSE receipt", ["--format", "cose"]],
])("%s with the record is checked and read where there is no ledger", (_, format) => {
  const bytes = proved("receipt", hostile().id, "--with-record", ...format);
  const verdict = JSON.parse(check("receipt", "--json").out);
  expect(verdict).toMatchObject({ ok: true, type: hostile().type });
  expect(verdict.record).toEqual(hostile());
  const { code, out } = check("receipt");
  expect(code).toBe(0);
  expect(out).toContain("is the one that the entry commits to");
  expect(out).toContain("\\u{202e}olleh");
  expect(out.split("\n").find((line) => dangerousOnScreen.test(line))).toBeUndefined();
  for (const at of [3, 60, 700, bytes.length - 9])
    expect(changed("receipt", bytes, at).code, `${at}`).toBe(1);
});

test.each([
  ["a tlog-proof", []],
  ["a COSE receipt", ["--format", "cose"]],
])("%s without the record does not say what it is", (_, format) => {
  const bytes = proved("receipt", hostile().action, ...format);
  expect(bytes.includes(hostile().id)).toBe(false);
  const verdict = JSON.parse(check("receipt", "--json").out);
  expect(verdict).toMatchObject({ ok: true, type: hostile().type });
  expect(verdict).not.toHaveProperty("record");
  for (const at of [3, 60, 400, bytes.length - 9])
    expect(changed("receipt", bytes, at).code, `${at}`).toBe(1);
});

test("another key, and a file that is neither, are said no to", () => {
  proved("receipt", hostile().id, "--format", "cose");
  const [name, id] = key.split("+") as [string, string];
  for (const other of [`${name}x+${id}`, key.replace(id, "00000000")])
    expect(run(elsewhere, "check", "receipt", "--key", other).code).not.toBe(0);
  writeFileSync(join(elsewhere, "nothing"), "");
  expect(check("nothing", "--json")).toMatchObject({
    code: 1,
    out: expect.stringContaining("RECEIPT_MALFORMED"),
  });
});

test("--json has the receipt in it", () => {
  const text = JSON.parse(run(cwd, "prove", hostile().id, "--json").out);
  expect(text.receipt).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
  const cose = JSON.parse(run(cwd, "prove", hostile().id, "--format", "cose", "--json").out);
  expect(Buffer.from(cose.receipt, "base64").subarray(0, 2)).toEqual(Buffer.of(0xd2, 0x84));
  expect(cose.index).toBe(text.index);
});

test.each([
  [["--format", "cbor"], "USAGE"],
  [["--format", "cose"], "USAGE"],
])("prove %j is refused", (args, code) => {
  expect(run(cwd, "prove", "1", ...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining(`(${code})`),
  });
});

test("a record that was destroyed: old receipts hold, new ones say less", () => {
  const before = proved("before", hostile().id, "--with-record");
  const { index } = JSON.parse(run(cwd, "prove", hostile().id, "--json").out);
  expect(run(cwd, "shred", "--session", "s", "--reason", "asked for").code).toBe(0);
  expect(check("before").code).toBe(0);
  expect(before.length).toBeGreaterThan(proved("after", String(index)).length);
  expect(JSON.parse(check("after", "--json").out)).toMatchObject({ index, ok: true });
  for (const format of ["tlog-proof", "cose"]) {
    const refused = run(cwd, "prove", String(index), "--with-record", "--format", format, "-o", "none");
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toMatch(/was destroyed.*can still be proved.*\(RECORD_DESTROYED\)/);
  }
});

test("a receipt of a payload that is no record, or says another thing than its entry, is not shown as one", async () => {
  const directory = join(cwd, "foreign");
  const ledger = await openLedger({ directory });
  const entry = {
    scope: { class: "session", project: "p" },
    source: "s",
    timeMs: 1,
    type: "db.statement.denied",
  };
  await ledger.append({ ...entry, payload: "not a record", sequence: 0 });
  const { index } = await ledger.append({ ...entry, payload: JSON.stringify(hostile()), sequence: 1 });
  await ledger.close();
  const reader = await LedgerReader.open({ directory });
  for (const [at, why] of [
    [index - 1, "no record"],
    [index, "type is another"],
  ] as const) {
    writeFileSync(join(elsewhere, "foreign"), await reader.prove(at, { withPayload: true }));
    const ran = run(elsewhere, "check", "foreign", "--key", ledger.verifierKey);
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining(why) });
  }
});
