import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyLedger } from "../copy/copy-ledger.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf, ownEntries } from "../testing/entries.ts";
import { FaultyDisk } from "../testing/faulty-disk.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import type { Ledger } from "../writer/ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import type { ErasureOrder } from "./order.ts";

const options = { masterKey, segmentBytes: 16_384, checkpointIntervalMs: 0 };
const scopeOf = (session: string) => ({ project: "p", class: "session", session });

async function fill(ledger: Ledger, count: number, from = 0): Promise<void> {
  const entries = Array.from({ length: count }, (_, offset) => {
    const at = from + offset;
    const session = at % 3 === 0 ? "doomed" : `kept ${at % 2}`;
    return entryOf(at, { scope: scopeOf(session), session, payload: `${session} says ${at}` });
  });
  await ledger.appendAll(entries, "durable");
}

async function orderFor(ledger: Ledger, session: string): Promise<ErasureOrder> {
  const keys: string[] = [];
  for await (const { id, scope } of ledger.keys()) if (scope.session === session) keys.push(id);
  return { keys, from: 0, to: 0, rule: "by hand", reason: "asked for", by: "tester" };
}

function payloadBytes(directory: string): number {
  const root = join(directory, "payload");
  return readdirSync(root, { recursive: true })
    .map((name) => statSync(join(root, String(name))))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

test("an erased session cannot be read, everything else can, and the tree and old receipts stay as they were", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 900);
  await ledger.checkpoint();
  const before = await verifyLedger({ directory, masterKey });
  const reader = await LedgerReader.open({ directory, masterKey });
  const doomed = (await ownEntries(reader)).filter(({ payload }) => payload?.toString().startsWith("doomed"));
  const receipt = await reader.prove(doomed[5]?.index as number);
  const bytesBefore = payloadBytes(directory);

  const { order, purged } = await ledger.erase(await orderFor(ledger, "doomed"));
  await reader.refresh();
  expect((await reader.entry(doomed[0]?.index as number)).payload).toBeUndefined();
  expect(await purged).toMatchObject({ order, keys: 1 });
  expect(payloadBytes(directory)).toBeLessThan(bytesBefore);
  expect(await reader.prove(doomed[5]?.index as number)).not.toBe("");
  expect(receipt).toContain("c2sp.org/tlog-proof@v1");

  const kept = (await ownEntries(reader)).filter(({ payload }) => payload !== undefined);
  expect(kept).toHaveLength(600);
  const after = await verifyLedger({
    directory,
    masterKey,
    checkpoint: (await reader.checkpoint()) as string,
  });
  expect(after).toMatchObject({ findings: [], shredded: 300 });
  expect(after.erasures).toMatchObject([
    { order, entries: 300, isCarriedOut: true, by: "tester", rule: "by hand" },
  ]);
  expect(before.shredded).toBe(0);

  // The session may go on, under a new key.
  await ledger.append(entryOf(900, { scope: scopeOf("doomed"), session: "doomed", payload: "doomed again" }));
  await ledger.close();
  const again = await openLedger({ ...options, directory });
  await again.close();
  expect(await verifyLedger({ directory, masterKey })).toMatchObject({ findings: [], shredded: 300 });
  const withoutKey = await verifyLedger({ directory });
  expect(withoutKey).toMatchObject({ findings: [], shredded: 300, decrypted: false });
});

test("no byte of what was sealed with the key is left in a payload file", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 700);
  await ledger.checkpoint();
  const order = await orderFor(ledger, "doomed");
  const id = Buffer.from(order.keys[0] as string, "base64url");
  const blocksOf = () => {
    const root = join(directory, "payload");
    const files = readdirSync(root, { recursive: true }).map((name) => join(root, String(name)));
    return files.filter((file) => statSync(file).isFile() && holdsCiphertext(readFileSync(file), id));
  };
  expect(blocksOf().length).toBeGreaterThan(2);
  await (await ledger.erase(order)).purged;
  expect(blocksOf()).toEqual([]);
  await ledger.close();
});

/** Whether a block of the key has something behind its header. */
function holdsCiphertext(file: Buffer, keyId: Buffer): boolean {
  for (let at = file.indexOf(keyId); at !== -1; at = file.indexOf(keyId, at + 1)) {
    const start = at - 24;
    const length = file.readUInt32BE(start + 8);
    if (file.subarray(start + 76, start + length).some((byte) => byte !== 0)) return true;
  }
  return false;
}

test("a key or a block that is gone without an order is an alarm", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 30);
  const [id] = (await orderFor(ledger, "doomed")).keys;
  await ledger.close();
  const path = join(directory, "keys/ring");
  const ring = readFileSync(path, "utf8");
  const row = ring.split("\n").find((line) => line.includes(id as string)) as string;
  const destroyed = JSON.stringify({ id, kek: 0, tag: "", v: 1, wrap: "" });
  for (const changed of [ring.replace(`${row}\n`, ""), ring.replace(row, destroyed)]) {
    writeFileSync(path, changed);
    const report = await verifyLedger({ directory, masterKey });
    expect(report).toMatchObject({ ok: false, shredded: 0, findings: [{ code: "KEY_MISSING" }] });
  }
  expect((await verifyLedger({ directory })).findings).toMatchObject([{ code: "BLOCK_DAMAGED" }]);
});

test("entries behind an order are not excused by it", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 30);
  await (await ledger.erase(await orderFor(ledger, "doomed"))).purged;
  await fill(ledger, 30, 30);
  const [id] = (await orderFor(ledger, "doomed")).keys;
  await ledger.close();
  const path = join(directory, "keys/ring");
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, lines.filter((line) => !line.includes(id as string)).join("\n"));
  expect(await verifyLedger({ directory, masterKey })).toMatchObject({
    findings: [{ code: "KEY_MISSING" }],
    shredded: 10,
  });
});

test("an order that names no key is refused, and nothing is recorded", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 3);
  const { size } = ledger;
  for (const keys of [[], ["nonesuchkey12345"], Array.from({ length: 501 }, (_, at) => `key ${at}`)])
    await expect(
      ledger.erase({ keys, from: 0, to: 0, rule: "r", reason: "r", by: "b" }),
    ).rejects.toMatchObject({
      code: "ERASURE_INVALID",
    });
  expect(ledger.size).toBe(size);
  await ledger.close();
});

test("the key of the ledger's own records cannot be destroyed, alone or among others", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 3);
  const { keys, ...order } = await orderFor(ledger, "doomed");
  const own: string[] = [];
  for await (const { id, scope } of ledger.keys()) if (scope.class === "governance") own.push(id);
  expect(own).toHaveLength(1);
  const { size } = ledger;
  for (const forbidden of [own, [...keys, ...own]])
    await expect(ledger.erase({ ...order, keys: forbidden })).rejects.toMatchObject({
      code: "ERASURE_INVALID",
    });
  expect(ledger.size).toBe(size);
  await ledger.append(entryOf(3, { scope: scopeOf("doomed"), session: "doomed", payload: "still there" }));
  await ledger.close();
  expect(await verifyLedger({ directory, masterKey })).toMatchObject({ findings: [], shredded: 0 });
});

test("a ledger closes while an erasure waits for a checkpoint that is far away, and goes on with it later", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, checkpointIntervalMs: 3_600_000, directory });
  await fill(ledger, 300);
  const { purged } = await ledger.erase(await orderFor(ledger, "doomed"));
  const outcome = purged.catch((error: unknown) => error);
  await ledger.close();
  expect(await outcome).toMatchObject({ code: "LEDGER_CLOSED" });
  const again = await openLedger({ ...options, directory });
  await expect.poll(() => existsSync(join(directory, ".state/erasure"))).toBe(false);
  await again.close();
  expect(await verifyLedger({ directory, masterKey })).toMatchObject({ findings: [], shredded: 100 });
});

test("whatever step of an erasure fails, it is either not ordered or finished at the next start", async () => {
  let wasFinished = false;
  for (let failing = 0; !wasFinished; failing += 1) {
    const directory = temporaryDirectory();
    const disk = new FaultyDisk();
    const ledger = await openLedger({ ...options, directory, disk });
    await fill(ledger, 300);
    const order = await orderFor(ledger, "doomed");
    let seen = 0;
    disk.fault = {
      strikes: ({ path }) => /erasure|ring|payload|state$|keys$/.test(path) && seen++ === failing,
      code: failing % 3 === 0 ? "ENOSPC" : "EIO",
      leaves: failing % 2 === 0 ? "nothing" : "all",
    };
    const done = await ledger.erase(order).then(
      async ({ purged }) =>
        purged.then(
          () => true,
          () => false,
        ),
      () => false,
    );
    disk.fault = undefined;
    await ledger.close().catch(() => {});
    wasFinished = done && disk.struck.length === 0;

    const again = await openLedger({ ...options, directory });
    await fill(again, 3, 300);
    await again.close();
    const report = await verifyLedger({ directory, masterKey });
    expect(report.findings, `after step ${failing}: ${JSON.stringify(disk.struck)}`).toEqual([]);
    const isOrdered = report.erasures.length > 0;
    expect(report.shredded, `after step ${failing}`).toBe(isOrdered ? 100 : 0);
    if (isOrdered) expect(report.erasures[0]?.isCarriedOut).toBe(true);
  }
}, 240_000);

test("a list of orders that somebody wrote destroys nothing, because no record has them", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 30);
  const order = await orderFor(ledger, "doomed");
  await ledger.close();
  for (const forged of [
    { ...order, size: 0 },
    { ...order, size: 0, order: 3 },
  ]) {
    writeFileSync(join(directory, ".state/erasure"), JSON.stringify({ orders: [forged], v: 1 }));
    await (await openLedger({ ...options, directory })).close();
  }
  expect(await verifyLedger({ directory, masterKey })).toMatchObject({ findings: [], shredded: 0 });
  writeFileSync(join(directory, ".state/erasure"), "{");
  await expect(openLedger({ ...options, directory })).rejects.toMatchObject({ code: "STATE_DAMAGED" });
});

test("a copy is refused while something is being destroyed, and says so", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  await fill(ledger, 300);
  const erasing = ledger.erase(await orderFor(ledger, "doomed"));
  const to = join(temporaryDirectory(), "copy");
  // Either it comes before the order, or it is told.
  const early = await copyLedger({ directory, masterKey, to }).then(
    () => "copied",
    (error: { code: string }) => error.code,
  );
  expect(["copied", "ERASURE_UNDER_WAY"]).toContain(early);
  await (await erasing).purged;
  const later = join(temporaryDirectory(), "copy");
  await copyLedger({ directory, masterKey, to: later });
  expect(await verifyLedger({ directory: later, masterKey })).toMatchObject({ findings: [], shredded: 100 });
  writeFileSync(join(directory, ".state/erasure"), '{"orders":[],"v":1}');
  await expect(
    copyLedger({ directory, masterKey, to: join(temporaryDirectory(), "c") }),
  ).rejects.toMatchObject({
    code: "ERASURE_UNDER_WAY",
  });
  await ledger.close();
});

test("the blobs of an erased session go with it, and those of others stay", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...options, directory });
  const doomed = await ledger.putBlob(scopeOf("doomed"), Buffer.from("what was asked"));
  const kept = await ledger.putBlob(scopeOf("kept 0"), Buffer.from("what was asked"));
  await fill(ledger, 9);
  await (await ledger.erase(await orderFor(ledger, "doomed"))).purged;
  const reader = await LedgerReader.open({ directory, masterKey });
  expect(await reader.hasBlob(doomed)).toBe(false);
  expect(await reader.hasBlob(kept)).toBe(true);
  expect(readdirSync(join(directory, "blobs"))).toEqual([kept.key]);
  await ledger.close();
});
