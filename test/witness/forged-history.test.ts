import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AuditRecord } from "@custody/domain";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { type ReadyWitness, WitnessProcess } from "./witness-process.ts";

vi.setConfig({ hookTimeout: 240_000, testTimeout: 240_000 });

/**
 * One ledger and its witness, whose story the tests tell in their order: it is witnessed, then its history is rewritten with
 * the key that it signs with, once with what came back from the witness left beside it, and once without.
 */
const custody = new Custody(
  "postgres://nobody@127.0.0.1:1/none",
  "witnesses: { policy: ./witnesses, every: 1s }\n",
);
const before = join(custody.directory, "before");
let witness: WitnessProcess;
let ready: ReadyWitness;
let logKey = "";

const policyFile = join(custody.directory, "witnesses");
const outside = (name: string) => join(custody.data, "outside", name);
const read = (path: string) => readFileSync(path, "utf8");

/** Looks again and again, since Custody does things in its own time. */
async function eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const endMs = Date.now() + 90_000; Date.now() < endMs; await sleep(200)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`${what} did not happen`);
}

const sizeOf = (note: string) => Number(note.split("\n")[1]);
const witnessedSize = () => (existsSync(outside("witnessed")) ? sizeOf(read(outside("witnessed"))) : 0);

beforeAll(async () => {
  // The witness needs the ledger's key, which is made at the first start.
  const configuration = read(join(custody.directory, "custody.yaml"));
  writeFileSync(join(custody.directory, "first.yaml"), configuration.replace(/^witnesses:.*\n/m, ""));
  await custody.start("--config", "first.yaml");
  await custody.stop();
  logKey = (await custody.run("keys", "verifier")).stdout.trim();
  witness = new WitnessProcess([logKey]);
  ready = await witness.start("--name", "second-machine");
  writeFileSync(policyFile, `witness second ${ready.key} ${ready.url}\nquorum second\n`);
});

afterAll(async () => {
  await custody.remove();
  await witness.remove();
});

test("checkpoints are brought to the witness, and its cosignature comes back", async () => {
  await custody.start();
  await custody.sessionUrl();
  const sized = await eventually("a cosigned checkpoint", () => witnessedSize() || undefined);
  expect(read(outside("witnessed"))).toMatch(/\n— second-machine \S+\n$/);
  const [record, ...more] = await custody.records<AuditRecord>("--type", "checkpoint");
  expect(more).toEqual([]);
  expect(record).toMatchObject({
    details: { cosignatures: [expect.stringContaining("second-machine")], kind: "witness", place: "second" },
    level: "info",
    type: "checkpoint.witnessed",
  });
  const status = JSON.parse((await custody.run("status", "--json")).stdout);
  expect(status.outside).toMatchObject({
    places: [{ failure: null, kept: { size: expect.any(Number) }, kind: "witness", name: "second" }],
    witnessed: { cosigners: [{ name: "second" }] },
  });
  expect(status.outside.places[0].kept.size).toBeGreaterThanOrEqual(sized);
  expect((await custody.run("status")).stdout).toMatch(/^outside {3}witness second: \d+ entries at /m);
  expect((await custody.run("doctor")).stdout).toMatch(
    /^ok {6}witness .*witness second has the checkpoint of/m,
  );
});

test("a receipt carries the cosignature, and is checked by a policy on any machine", async () => {
  const receipt = join(custody.directory, "receipt");
  await custody.run("prove", "2", "-o", receipt);
  const byKey = ["check", receipt, "--key", logKey];
  const checked = await custody.run(...byKey, "--policy", policyFile);
  expect(checked).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ok: entry 2 of .*\ncosigned by second at 20/),
  });
  const other = new WitnessProcess([logKey]);
  const { key } = await other.start();
  await other.remove();
  const stricter = join(custody.directory, "stricter");
  writeFileSync(
    stricter,
    `${read(policyFile).replace(/quorum.*\n/, "")}witness third ${key}\ngroup g all second third\nquorum g\n`,
  );
  const refused = await custody.run(...byKey, "--policy", stricter, "--json");
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    code: "RECEIPT_INVALID",
    message: expect.stringContaining("cosigned by second of the policy's witnesses, which is not enough"),
    ok: false,
  });
  writeFileSync(stricter, "witness second\n");
  expect(await custody.run(...byKey, "--policy", stricter)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("line 1: a witness has a name"),
  });
});

test("a backup has what came back, and verifies with it", async () => {
  const backup = join(custody.directory, "backup");
  expect((await custody.run("backup", backup)).code).toBe(0);
  expect(sizeOf(read(join(backup, "outside", "witnessed")))).toBeGreaterThan(0);
  expect(existsSync(join(backup, "outside", "state.json"))).toBe(false);
  expect(read(join(backup, "config", "witnesses"))).toBe(read(policyFile));
});

test("while the witness is away, everything goes on, and that is said once", async () => {
  await witness.stop();
  await custody.sessionUrl();
  await eventually("a record of the outage", async () => {
    const found = await custody.records<AuditRecord>("--type", "checkpoint.witness-failed");
    return found.length > 0 ? found : undefined;
  });
  expect((await custody.run("status")).stdout).toContain("FAILS since");
  await witness.start();
  await eventually("a record that it is over", async () => {
    const found = await custody.records<AuditRecord>("--type", "checkpoint");
    return found.at(-1)?.type === "checkpoint.witnessed" && found.length > 2 ? found : undefined;
  });
  const types = (await custody.records<AuditRecord>("--type", "checkpoint")).map(({ type }) => type);
  expect(types).toEqual(["checkpoint.witnessed", "checkpoint.witness-failed", "checkpoint.witnessed"]);
  expect((await custody.run("verify")).code).toBe(0);
});

test("a history rewritten with the stolen key is found by what the witness has cosigned", async () => {
  await custody.stop();
  cpSync(custody.data, before, { recursive: true });
  await custody.start();
  const size = witnessedSize();
  await custody.sessionUrl();
  await eventually("a newer cosigned checkpoint", () => (witnessedSize() > size + 2 ? true : undefined));
  await custody.stop();
  const cosigned = read(outside("witnessed"));

  // Somebody with all keys goes on from an older state in another way, and signs that: everything in it fits together.
  rewriteHistory();
  const { server } = await custody.start("--config", "first.yaml");
  for (let at = 0; at < 12; at += 1) await openSession(server);
  await custody.stop();
  expect((await custody.run("verify")).code).toBe(0);

  mkdirSync(outside(""), { recursive: true });
  writeFileSync(outside("witnessed"), cosigned);
  const { code, stdout } = await custody.run("verify", "--json");
  expect([code, JSON.parse(stdout).findings]).toEqual([
    1,
    [expect.objectContaining({ code: "CHECKPOINT_INVALID", file: "outside/witnessed" })],
  ]);
});

test("and where that was removed too, by the witness, which refuses and shows what it saw", async () => {
  rmSync(outside(""), { force: true, recursive: true });
  expect((await custody.run("verify")).code).toBe(0);
  await custody.start();
  const [record] = await eventually("a record of the contradiction", async () => {
    const found = await custody.records<AuditRecord>("--type", "checkpoint.contradicted");
    return found.length > 0 ? found : undefined;
  });
  expect(record).toMatchObject({
    details: { code: "PLACE_CONTRADICTED", reason: expect.stringContaining("the history was rewritten") },
    level: "critical",
  });
  const { evidence } = (record as AuditRecord).details as { evidence: string };
  expect(read(outside(evidence))).toMatch(/\n— second-machine \S+\n$/);
  expect((await custody.run("status")).stdout).toContain("CONTRADICTS THE LEDGER");
  const doctor = await custody.run("doctor");
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/^fail {4}witness /m)]);
  const { code, stdout } = await custody.run("verify", "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout).findings).toEqual([
    expect.objectContaining({ code: "CHECKPOINT_INVALID", file: `outside/${evidence}` }),
  ]);
  // What the witness keeps was never replaced.
  expect(existsSync(outside("witnessed"))).toBe(false);
});

async function openSession(server: string): Promise<void> {
  const token = read(join(custody.data, "local.token")).trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const { status } = await fetch(`${server}/api/sessions`, {
    body: '{"agent":"forger"}',
    headers,
    method: "POST",
  });
  expect(status).toBe(200);
}

/** Puts the older state back, without anything that came from outside since. */
function rewriteHistory(): void {
  rmSync(custody.data, { recursive: true });
  cpSync(before, custody.data, { recursive: true });
  rmSync(outside(""), { force: true, recursive: true });
}
