import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileKeySource, type KeySource } from "../keys/key-source.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf, ownPayloads } from "../testing/entries.ts";
import { FaultyDisk, type Step } from "../testing/faulty-disk.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

const segmentBytes = 8192;

function sessionOf(at: number): { readonly scope: { project: string; class: string; session: string } } {
  return { scope: { project: "p", class: "session", session: `s${at % 5}` } };
}

async function rotations(directory: string, keySource?: KeySource): Promise<number[]> {
  const reader = await LedgerReader.open({ directory, ...(keySource && { keySource }) });
  const found: number[] = [];
  for await (const { envelope, payload } of reader.entries())
    if (envelope.t === "key.rotated") found.push(JSON.parse(payload?.toString() as string).generation);
  return found;
}

test("a rotation wraps every key anew, is recorded, and makes the old key and old copies of the ring useless", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes });
  for (let at = 0; at < 10; at += 1) await ledger.append(entryOf(at, sessionOf(at)));
  const oldKey = readFileSync(join(directory, "keys/master.key"));
  const oldRing = readFileSync(join(directory, "keys/ring"));

  expect(await ledger.rotateMasterKey()).toBe(2);
  await ledger.append(entryOf(10, sessionOf(10)));
  expect(readFileSync(join(directory, "keys/master.key"))).not.toEqual(oldKey);
  expect(existsSync(join(directory, "keys/master.key.next"))).toBe(false);
  const rows = readFileSync(join(directory, "keys/ring"), "utf8").trimEnd().split("\n");
  expect(rows.every((row) => row.includes('"kek":2'))).toBe(true);
  expect(await verifyLedger({ directory })).toMatchObject({ findings: [], decrypted: true });
  await ledger.close();

  expect(await rotations(directory)).toEqual([2]);
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toHaveLength(11);

  const elsewhere = join(temporaryDirectory(), "old.key");
  writeFileSync(elsewhere, oldKey, { mode: 0o600 });
  await expect(LedgerReader.open({ directory, keySource: fileKeySource(elsewhere) })).rejects.toMatchObject({
    code: "MASTER_KEY_WRONG",
  });
  writeFileSync(join(directory, "keys/ring"), oldRing);
  await expect(LedgerReader.open({ directory })).rejects.toMatchObject({ code: "MASTER_KEY_WRONG" });
});

test("records go on while keys are wrapped anew, under new sessions too, and a reader follows", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes });
  for (let at = 0; at < 2000; at += 1)
    ledger.append(
      entryOf(at, { scope: { project: "p", class: "session", session: `before ${at}` } }),
      "written",
    );
  await ledger.settle("durable");
  const reader = await LedgerReader.open({ directory });
  const rotating = ledger.rotateMasterKey();
  let isOver = false;
  rotating.then(() => {
    isOver = true;
  });
  let next = 2000;
  while (!isOver) {
    await ledger.append(
      entryOf(next, { scope: { project: "p", class: "session", session: `during ${next}` } }),
    );
    next += 1;
  }
  await ledger.append(entryOf(next, { scope: { project: "p", class: "session", session: "after" } }));
  expect(next).toBeGreaterThan(2001);
  await reader.refresh();
  expect(await ownPayloads(reader)).toHaveLength(next + 1);
  await ledger.close();
  expect(await verifyLedger({ directory })).toMatchObject({ findings: [] });
  const again = await openLedger({ directory, segmentBytes });
  await again.close();
  expect(await ownPayloads(await LedgerReader.open({ directory }))).toHaveLength(next + 1);
});

test("a rotation that fails at any step keeps every record readable, and the next start finishes it", async () => {
  let failing = 0;
  for (; ; failing += 1) {
    const directory = temporaryDirectory();
    const disk = new FaultyDisk();
    const ledger = await openLedger({
      directory,
      disk,
      segmentBytes,
      keySource: fileKeySource(join(directory, "keys/master.key"), disk),
    });
    for (let at = 0; at < 6; at += 1) await ledger.append(entryOf(at, sessionOf(at)));
    const first = disk.steps + failing;
    const touchesKeys = ({ path }: Step) => path.includes("/keys") && !path.endsWith("verifier");
    let seen = 0;
    disk.fault = {
      strikes: (step) => touchesKeys(step) && seen++ === failing,
      code: "EIO",
      leaves: failing % 2 === 0 ? "all" : "nothing",
    };
    void first;
    const rotated = await ledger.rotateMasterKey().then(
      () => true,
      () => false,
    );
    disk.fault = undefined;
    await ledger.close().catch(() => {});
    const again = await openLedger({ directory, segmentBytes });
    await again.append(entryOf(0, { source: "again", ...sessionOf(0) }));
    await again.close();
    expect(await verifyLedger({ directory }), `after step ${failing}`).toMatchObject({ findings: [] });
    expect(await ownPayloads(await LedgerReader.open({ directory }))).toHaveLength(7);
    expect(existsSync(join(directory, "keys/master.key.next"))).toBe(false);
    if (again.keyGeneration === 2) expect((await rotations(directory)).length).toBeGreaterThan(0);
    if (rotated) break;
  }
  expect(failing).toBeGreaterThan(5);
});

test("a ledger moves to another source of its key, and no longer opens with the old one", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, segmentBytes });
  await ledger.append(entryOf(0));
  await ledger.close();
  const old = fileKeySource(join(directory, "keys/master.key"));
  const given = Buffer.alloc(32, 9);
  const environment: KeySource = { description: "environment K", read: async () => given };
  await expect(openLedger({ directory, keySource: environment, segmentBytes })).rejects.toMatchObject({
    code: "MASTER_KEY_WRONG",
  });
  const moved = await openLedger({
    directory,
    keySource: environment,
    previousKeySources: [old],
    segmentBytes,
  });
  await moved.append(entryOf(1));
  await expect(moved.rotateMasterKey()).rejects.toMatchObject({ code: "MASTER_KEY_FIXED" });
  await moved.close();
  expect(await verifyLedger({ directory, keySource: environment })).toMatchObject({ findings: [] });
  await expect(LedgerReader.open({ directory, keySource: old })).rejects.toMatchObject({
    code: "MASTER_KEY_WRONG",
  });

  const file = fileKeySource(join(temporaryDirectory(), "master.key"));
  const back = await openLedger({
    directory,
    keySource: file,
    previousKeySources: [environment],
    segmentBytes,
  });
  await back.close();
  expect(await rotations(directory, file)).toEqual([2, 3]);
});
