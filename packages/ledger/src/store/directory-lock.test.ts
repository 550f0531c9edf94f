import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { Child, compile } from "../testing/children.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { DirectoryLock } from "./directory-lock.ts";

beforeAll(compile);

const locked = { code: "LEDGER_LOCKED" };

test("one directory has one writer, in this process and in others", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await expect(openLedger({ directory, masterKey })).rejects.toMatchObject(locked);
  const other = new Child(directory, "other");
  await other.says(1);
  expect(other.said).toEqual(["LEDGER_LOCKED"]);
  await ledger.close();
  const next = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await next.close();
});

test("the lock of a process that was killed is taken over at once", async () => {
  const directory = temporaryDirectory();
  const child = new Child(directory, "child", "once");
  await child.says(1);
  await expect(openLedger({ directory, masterKey })).rejects.toMatchObject(locked);
  await child.kill();
  const begun = performance.now();
  const lock = await DirectoryLock.acquire(join(directory, ".state", "lock"));
  expect(performance.now() - begun).toBeLessThan(5_000);
  await lock.release();
});

test("of ten processes that come at once, to a dead lock or to none, exactly one gets it", {
  timeout: 240_000,
}, async () => {
  const directory = temporaryDirectory();
  for (let round = 0; round < 3; round += 1) {
    const children = Array.from({ length: 10 }, (_, at) => new Child(directory, `child ${at}`, "once"));
    await Promise.all(children.map((child) => child.says(1)));
    const said = children.flatMap((child) => child.said);
    expect(said.filter((line) => line === "open")).toHaveLength(1);
    expect(said.filter((line) => line === "LEDGER_LOCKED")).toHaveLength(9);
    // The winner leaves a dead lock to the next ten.
    await Promise.all(children.map((child) => child.kill()));
  }
});

test("of a hundred that come at once within a process, exactly one gets it, again and again", async () => {
  const path = join(temporaryDirectory(), "lock");
  for (let round = 0; round < 20; round += 1) {
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => DirectoryLock.acquire(path)));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const result of results)
      if (result.status === "rejected") expect(result.reason).toMatchObject(locked);
    await won[0]?.value.release();
  }
});

test("what is left behind is one empty file, which anybody can copy", async () => {
  const directory = temporaryDirectory();
  for (let round = 1; round <= 3; round += 1) {
    const lock = await DirectoryLock.acquire(join(directory, "lock"));
    expect(readdirSync(directory)).toEqual([`lock.${round}`]);
    await lock.release();
    await lock.release();
    expect(readdirSync(directory, { withFileTypes: true }).map((each) => [each.name, each.isFile()])).toEqual(
      [[`lock.${round}`, true]],
    );
  }
});

test("whoever took a number that is no longer the highest gives it back", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "lock");
  await writeFile(`${path}.7`, "");
  const lock = await DirectoryLock.acquire(path);
  expect(readdirSync(directory)).toEqual(["lock.8"]);
  // A contender that had seen number 6, slept, and takes 7 now, must find 8.
  await expect(DirectoryLock.acquire(path)).rejects.toMatchObject(locked);
  await lock.release();
});

test.runIf(process.platform === "linux")(
  "a path longer than a socket's address can be is fine on Linux",
  async () => {
    const directory = join(temporaryDirectory(), "a".repeat(120), "b".repeat(120));
    await mkdir(directory, { recursive: true });
    const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
    await expect(openLedger({ directory, masterKey })).rejects.toMatchObject(locked);
    const child = new Child(directory, "child");
    await child.says(1);
    expect(child.said).toEqual(["LEDGER_LOCKED"]);
    await ledger.close();
  },
);

test("an owner that is stopped and cannot answer is an owner", async () => {
  const directory = temporaryDirectory();
  const child = new Child(directory, "child", "once");
  await child.says(1);
  child.stop();
  await expect(DirectoryLock.acquire(join(directory, ".state", "lock"))).rejects.toMatchObject(locked);
  await child.kill();
});
