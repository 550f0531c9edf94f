import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { run } from "../export/run-command.ts";
import { writeLedger } from "../export/written-ledger.ts";
import {
  changeLine,
  EvidenceFolder,
  linesOf,
  newRecord,
  policyRecord,
  session,
  writeLines,
} from "./evidence-folder.ts";

// Each step is a process of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const evidence = new EvidenceFolder();
const data = join(evidence.cwd, "custody-data");
const outside = join(data, "outside");

beforeAll(async () => {
  await evidence.make([policyRecord("in force"), newRecord(), newRecord()]);
});
afterAll(() => evidence.remove());

function exported(name: string): string {
  const path = join(evidence.cwd, name);
  expect(evidence.export(path)).toMatchObject({ code: 0 });
  return path;
}

/** A line as a witness adds it; whose signature it is does not matter here, since nobody has its key. */
function withWitness(checkpoint: string): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const bytes = publicKey.export({ format: "der", type: "spki" });
  return `${checkpoint}— witness.example ${Buffer.concat([bytes, bytes]).toString("base64")}\n`;
}

test("a session that outlived a start of the writer says so, and is in order", async () => {
  await writeLedger(data, [policyRecord("again"), newRecord(), newRecord()]);
  const path = exported("restarted");
  const { code, out } = evidence.check(path);
  expect(code).toBe(0);
  expect(out).toContain("The writer was started anew 1 time during the session");
  expect(out).toContain("Nothing from outside");
  expect(linesOf(path, "records.jsonl")).toHaveLength(6);
});

test("what others said about the log comes along, and the witnessed checkpoint is held against this one", async () => {
  mkdirSync(outside);
  writeFileSync(join(outside, "witnessed"), withWitness(readFileSync(join(data, "checkpoint"), "utf8")));
  writeFileSync(join(outside, "1.tsr"), Buffer.of(0x30, 0x03));
  writeFileSync(join(outside, "half.tmp"), "x");
  await writeLedger(data, [newRecord()]);
  const path = exported("witnessed");
  expect(readdirSync(join(path, "outside")).sort()).toEqual(["1.tsr", "witnessed"]);
  expect(readFileSync(join(path, "outside", "1.tsr"))).toEqual(Buffer.of(0x30, 0x03));
  const { code, out } = evidence.check(path);
  expect(code).toBe(0);
  expect(out).toContain("was signed by others as well (witness.example)");
  expect(readFileSync(join(path, "README.txt"), "utf8")).toContain("1.tsr");
  changeLine(path, "witnessed-consistency", 0, (line) =>
    line.replace(/^./, (letter) => (letter === "A" ? "B" : "A")),
  );
  expect(await evidence.found(path)).toEqual({ codes: ["WITNESSED_CONTRADICTS"], ok: false });
  writeFileSync(join(path, "outside", "witnessed"), "not a note");
  expect((await evidence.found(path)).codes).toEqual(["WITNESSED_CONTRADICTS"]);
});

test("a witnessed checkpoint of another log is copied, and nothing is said about it", () => {
  writeFileSync(join(outside, "witnessed"), "other.example\n1\nAAAA\n");
  const path = exported("foreign");
  expect(existsSync(join(path, "witnessed-consistency"))).toBe(false);
  expect(evidence.check(path).out).toContain("Nothing from outside");
});

test("of records that were destroyed the evidence shows that they were made, and who ordered what", async () => {
  const before = linesOf(join(evidence.cwd, "restarted"), "records.jsonl");
  expect(run(evidence.cwd, "shred", "--session", session, "--reason", "asked for").code).toBe(0);
  const path = exported("destroyed");
  const { code, out } = evidence.check(path);
  expect(code).toBe(0);
  expect(out).toContain("5 records were destroyed since");
  const records = linesOf(path, "records.jsonl");
  expect(records.filter((line) => line === "null")).toHaveLength(5);
  const [order, completed] = records.slice(-2).map((line) => JSON.parse(line));
  expect(order).toMatchObject({ details: { reason: "asked for" }, type: "key.shred-ordered" });
  expect(completed).toMatchObject({ type: "key.shred-completed" });
  expect(readFileSync(join(path, "README.txt"), "utf8")).toContain("5 were destroyed");
  // Nothing can be put in the place of a record that nobody can compare.
  const changed = exported("changed");
  changeLine(changed, "records.jsonl", 1, () => before[1] as string);
  expect(await evidence.found(changed)).toEqual({ codes: ["RECORD_CHANGED"], ok: false });
  // Without the order, what is not there was withheld, whatever the folder says.
  for (const name of ["records.jsonl", "receipts.jsonl"])
    writeLines(path, name, linesOf(path, name).toSpliced(-2 - (name === "receipts.jsonl" ? 1 : 0), 1));
  expect((await evidence.found(path)).codes).toContain("RECORD_WITHHELD");
});
