import { expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { collect, scope } from "../testing/blobs.ts";
import { bytesFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
import { type Fault, FaultyDisk, type Step } from "../testing/faulty-disk.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { type BlobReference, formatBlobReference } from "./reference.ts";

const at =
  (operation: Step["operation"], path: RegExp): Fault["strikes"] =>
  (step) =>
    step.operation === operation && path.test(step.path);

const faults: [string, Fault["strikes"]][] = [
  ["the directory of a key cannot be made", at("makeDirectory", /blobs\/[\w-]{16}$/)],
  ["the packs of a key cannot be listed", at("list", /blobs\/[\w-]{16}$/)],
  ["an older pack cannot be opened, or a new one", at("open", /\.pack$/)],
  ["an older pack cannot be read", at("readAt", /\.pack$/)],
  ["the directory of a key cannot be synced", at("syncDirectory", /blobs\/[\w-]{16}$/)],
  ["a parcel cannot be written", at("writeSync", /\.pack$/)],
  ["a pack cannot be synced", at("sync", /\.pack$/)],
];

const outcomes: Omit<Fault, "strikes">[] = [
  { code: "ENOSPC", leaves: "nothing" },
  { code: "EIO", leaves: "all" },
  { code: "EIO", leaves: "half" },
];

const contentOf = (number: number) => bytesFrom(number, 1000 + 30_000 * (number % 4));
const scopeOf = (number: number) => ({ ...scope, session: `s${number % 3}` });
const listBlobs = (payload: Buffer) => (payload.includes("blob1:") ? [payload.toString()] : []);

test.each(faults)("when %s, the ledger stops for good, and every stored blob is kept", async (_, strikes) => {
  for (const outcome of outcomes) {
    const directory = temporaryDirectory();
    const options = { directory, masterKey, segmentBytes: 8192 };
    const stored: BlobReference[] = [];
    const before = await openLedger(options);
    for (let number = 0; number < 6; number += 1)
      stored.push(await before.putBlob(scopeOf(number), contentOf(number)));
    for (const [number, reference] of stored.entries())
      await before.append(entryOf(number, { payload: formatBlobReference(reference) }));
    await before.close();

    const disk = new FaultyDisk();
    const ledger = await openLedger({ ...options, disk });
    disk.fault = { strikes, ...outcome };
    // Some under keys that have packs, some under a new one; many at once.
    const puts = [6, 7, 8, 9, 10, 11].map((number) =>
      ledger.putBlob(number % 2 === 0 ? scopeOf(number) : { ...scope, session: "new" }, contentOf(number)),
    );
    const code = outcome.code === "ENOSPC" ? "LEDGER_DISK_FULL" : "LEDGER_IO";
    const refused = (await Promise.allSettled(puts)).filter(({ status }) => status === "rejected");
    expect(refused.length, "puts that were refused").toBeGreaterThan(2);
    for (const each of refused) expect((each as PromiseRejectedResult).reason).toMatchObject({ code });
    expect(ledger.failure?.code).toBe(code);

    const { steps } = disk;
    const struck = disk.struck.length;
    disk.fault = undefined;
    await expect(ledger.putBlob(scope, Buffer.from("again"))).rejects.toMatchObject({ code });
    await expect(ledger.append(entryOf(0))).rejects.toMatchObject({ code });
    await ledger.close();
    expect(disk.struck.length).toBe(struck);
    expect(disk.steps - steps, "steps after the failure").toBeLessThan(20);

    const after = await openLedger(options);
    for (const number of [6, 7, 8, 9, 10, 11])
      stored.push(await after.putBlob(scopeOf(number), contentOf(number)));
    const reader = await LedgerReader.open({ directory, masterKey });
    for (const [number, reference] of stored.entries())
      expect((await collect(reader.blob(reference))).equals(contentOf(number)), `blob ${number}`).toBe(true);
    await after.close();
    expect((await verifyLedger({ directory, masterKey, listBlobs })).findings).toEqual([]);
  }
});

test("a sync of a pack that failed is not tried again, also not while the ledger is closed", async () => {
  const directory = temporaryDirectory();
  const disk = new FaultyDisk();
  const ledger = await openLedger({ directory, masterKey, disk, segmentBytes: 8192 });
  disk.fault = { strikes: at("sync", /\.pack$/), code: "EIO", leaves: "nothing" };
  const puts = [1, 2, 3].map((number) => ledger.putBlob(scope, contentOf(number)));
  for (const result of await Promise.allSettled(puts)) expect(result.status).toBe("rejected");
  await ledger.close();
  expect(disk.struck).toHaveLength(1);
});

test("when the write-ahead file fails, blobs are refused too, also those on their way", async () => {
  const directory = temporaryDirectory();
  const disk = new FaultyDisk();
  const ledger = await openLedger({ directory, masterKey, disk, segmentBytes: 8192 });
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  async function* slow() {
    yield bytesFrom(1, 100_000);
    await held;
    yield bytesFrom(2, 100_000);
  }
  const put = ledger.putBlob(scope, slow());
  disk.fault = { strikes: at("writeSync", /\.wal$/), code: "EIO", leaves: "nothing" };
  await expect(ledger.append(entryOf(0))).rejects.toMatchObject({ code: "LEDGER_IO" });
  go();
  await expect(put).rejects.toMatchObject({ code: "LEDGER_IO" });
  await ledger.close();
});
