import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation, numbersByRun } from "./installation.ts";

let installation: Installation;
let folder: string;

beforeAll(async () => {
  installation = await Installation.begin();
  folder = mkdtempSync(join(tmpdir(), "custody-spool-"));
});
afterAll(async () => {
  await installation.end();
  rmSync(folder, { force: true, recursive: true });
});

/** Each run's events are there once each, at least those that were called safe, and in order. */
async function expectExactly(safe: ReadonlyMap<string, number>): Promise<void> {
  const found = numbersByRun(await installation.records("--type", "app.load.event"));
  for (const [run, count] of safe) {
    const numbers = found.get(run) ?? [];
    expect(numbers, run).toEqual(numbers.map((_, at) => at));
    expect(numbers.length, run).toBeGreaterThanOrEqual(count);
    // One more may have been on its way, which nobody was told of.
    expect(numbers.length, run).toBeLessThanOrEqual(count + 1);
  }
  const verified = await installation.custody.run("verify", "--json");
  expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [], ok: true });
}

/** Sends what was left, and ends when nothing is. */
async function sendRest(run: string): Promise<void> {
  for (let turn = 0; readdirSync(folder).length > 0; turn += 1) {
    expect(turn).toBeLessThan(20);
    await installation.load(folder, `${run} ${turn}`, 1).ended;
  }
}

test("a program that is killed again and again reports each event once, and none that was safe is lost", async () => {
  const safe = new Map<string, number>();
  for (let round = 0; round < 8; round += 1) {
    const run = `kill ${round}`;
    const load = installation.load(folder, run);
    await load.until(1 + round * 37);
    await load.kill();
    safe.set(run, load.safe);
  }
  await sendRest("rest of kills");
  await expectExactly(safe);
});

test("several programs share a spool without mixing, also when one of them is killed", async () => {
  const [one, other, killed] = ["one", "other", "killed"].map((run) => installation.load(folder, run, 300));
  await killed?.until(50);
  await killed?.kill();
  await Promise.all([one?.ended, other?.ended]);
  await sendRest("rest of three");
  await expectExactly(
    new Map([
      ["one", 300],
      ["other", 300],
      ["killed", killed?.safe ?? 0],
    ]),
  );
});

test("when Custody is killed under load and comes back, everything is there once", async () => {
  const loads = ["a", "b"].map((run) => installation.load(folder, run));
  const safe = new Map<string, number>();
  for (let round = 0; round < 3; round += 1) {
    for (const load of loads) await load.until(load.safe + 100);
    await installation.killAndStart();
  }
  for (const [at, load] of loads.entries()) {
    await load.kill();
    safe.set(["a", "b"][at] as string, load.safe);
  }
  await sendRest("rest of restarts");
  await expectExactly(safe);
});
