import { expect, test } from "vitest";
import type { LedgerError } from "../error.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
import { type Fault, FaultyDisk, type Step } from "../testing/faulty-disk.ts";
import { expectAllKept } from "../testing/oracle.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "./open-ledger.ts";

const at =
  (operation: Step["operation"], path: RegExp): Fault["strikes"] =>
  (step) =>
    step.operation === operation && path.test(step.path);

const faults: [string, Fault["strikes"]][] = [
  ["a frame cannot be written", at("writeSync", /\.wal$/)],
  ["a frame cannot be synced", at("sync", /\.wal$/)],
  ["the spare segment cannot be opened", at("open", /spare\.tmp$/)],
  ["the spare segment cannot be filled", at("writeSync", /spare\.tmp$/)],
  ["the spare segment cannot be synced", at("sync", /spare\.tmp$/)],
  ["the spare segment cannot get its name", at("rename", /spare$/)],
  ["a segment's header cannot be written", at("writeSync", /spare$/)],
  ["a segment's header cannot be synced", at("sync", /spare$/)],
  ["a segment cannot get its name", at("rename", /\.wal$/)],
  ["the segments' directory cannot be synced", at("syncDirectory", /wal$/)],
  ["the segments cannot be listed", at("list", /wal$/)],
  ["a segment cannot be given back", at("remove", /\.wal$/)],
  ["a bundle cannot be opened", at("openDescriptor", /tile\/entries.*\.tmp$/)],
  ["a bundle cannot be written", at("write", /tile\/entries.*\.tmp$/)],
  ["a bundle cannot be synced", at("sync", /tile\/entries.*\.tmp$/)],
  ["a bundle cannot get its name", at("rename", /tile\/entries/)],
  ["a tile cannot be opened", at("openDescriptor", /tile\/0.*\.tmp$/)],
  ["a tile cannot be written", at("write", /tile\/0.*\.tmp$/)],
  ["a tile cannot be synced", at("sync", /tile\/0.*\.tmp$/)],
  ["a tile cannot get its name", at("rename", /tile\/0/)],
  ["a directory of tiles cannot be made", at("makeDirectory", /tile\/1/)],
  ["a directory of tiles cannot be synced", at("syncDirectory", /tile\/0/)],
  ["a payload file cannot be opened", at("openDescriptor", /payload/)],
  ["a payload file cannot be written", at("write", /payload/)],
  ["a payload file cannot be synced", at("sync", /payload/)],
  ["the payloads' directory cannot be synced", at("syncDirectory", /payload/)],
  ["the state of the tree cannot be written", at("replace", /tree$/)],
  ["old partial files cannot be removed", at("remove", /\.p$/)],
  ["what was signed cannot be written", at("replace", /signed$/)],
  ["the state directory cannot be synced", at("syncDirectory", /\.state$/)],
  ["the checkpoint cannot be written", at("replace", /checkpoint$/)],
  ["the ledger's directory cannot be synced", at("syncDirectory", /custody-ledger-\w+$/)],
  ["a row of the key ring cannot be written", at("writeSync", /ring$/)],
  ["a row of the key ring cannot be synced", at("syncNow", /ring$/)],
];

const outcomes: Omit<Fault, "strikes">[] = [
  { code: "ENOSPC", leaves: "nothing" },
  { code: "EIO", leaves: "all" },
  { code: "EIO", leaves: "half" },
];

/** Appends, a few at a time and now and then under a new key, until it is refused or `count` are in. */
async function appendUntilRefused(disk: FaultyDisk, directory: string, fault: Fault, count: number) {
  const ledger = await openLedger({
    directory,
    masterKey,
    disk,
    segmentBytes: 8192,
    checkpointIntervalMs: 0,
  });
  const acknowledged: string[] = [];
  let refusal: LedgerError | undefined;
  for (let next = 0; next < count && refusal === undefined; next += 4) {
    if (next === 8) disk.fault = fault;
    const entries = [0, 1, 2, 3].map((offset) =>
      entryOf(next + offset, { scope: { project: "p", class: "session", session: `s${next % 7}` } }),
    );
    const results = await Promise.allSettled(entries.map((entry) => ledger.append(entry)));
    for (const [offset, result] of results.entries()) {
      if (result.status === "fulfilled") acknowledged.push(`payload ${next + offset}`);
      else refusal ??= result.reason as LedgerError;
    }
  }
  return { ledger, acknowledged, refusal };
}

test.each(faults)(
  "when %s, the ledger stops for good, and keeps what it acknowledged",
  async (_, strikes) => {
    for (const outcome of outcomes) {
      const directory = temporaryDirectory();
      const disk = new FaultyDisk();
      const { ledger, acknowledged, refusal } = await appendUntilRefused(
        disk,
        directory,
        { strikes, ...outcome },
        600,
      );
      const code = outcome.code === "ENOSPC" ? "LEDGER_DISK_FULL" : "LEDGER_IO";
      expect(refusal, "nobody was refused").toMatchObject({ code });
      expect(ledger.failure?.code).toBe(code);
      const struck = disk.struck.length;
      disk.fault = undefined;
      const steps = disk.steps;
      // Nothing is tried again, however healthy the disk seems now.
      await expect(ledger.append(entryOf(0))).rejects.toMatchObject({ code });
      await expect(ledger.appendAll([entryOf(0)], "queued")).rejects.toMatchObject({ code });
      await expect(ledger.settle("written")).rejects.toMatchObject({ code });
      await expect(ledger.checkpoint()).rejects.toMatchObject({ code });
      await ledger.close();
      expect(disk.struck.length).toBe(struck);
      // Some of an integration that was under way.
      expect(disk.steps - steps, "steps after the failure").toBeLessThan(60);
      await expectAllKept(directory, acknowledged);
    }
  },
);

test("a sync that failed is not tried again", async () => {
  const directory = temporaryDirectory();
  const disk = new FaultyDisk();
  const fault: Fault = { strikes: at("sync", /\.wal$/), code: "EIO", leaves: "nothing" };
  const { ledger } = await appendUntilRefused(disk, directory, fault, 100);
  await ledger.close();
  expect(disk.struck).toHaveLength(1);
});

test("whoever waits for a checkpoint is told of a failure, and does not wait for ever", async () => {
  const directory = temporaryDirectory();
  const disk = new FaultyDisk();
  const ledger = await openLedger({
    directory,
    masterKey,
    disk,
    segmentBytes: 8192,
    checkpointIntervalMs: 3_600_000,
  });
  await ledger.checkpoint();
  await ledger.append(entryOf(0));
  const checkpoint = ledger.checkpoint();
  disk.fault = { strikes: at("writeSync", /\.wal$/), code: "EIO", leaves: "nothing" };
  await expect(ledger.append(entryOf(1))).rejects.toMatchObject({ code: "LEDGER_IO" });
  await expect(checkpoint).rejects.toMatchObject({ code: "LEDGER_IO" });
  await ledger.close();
});

test("a failure while closing is a ledger's error, and the lock is free afterwards", async () => {
  const directory = temporaryDirectory();
  const disk = new FaultyDisk();
  const ledger = await openLedger({ directory, masterKey, disk, segmentBytes: 8192 });
  await ledger.append(entryOf(0));
  disk.fault = { strikes: at("replace", /tree$/), code: "ENOSPC", leaves: "nothing" };
  await expect(ledger.close()).rejects.toMatchObject({ code: "LEDGER_DISK_FULL" });
  await expectAllKept(directory, ["payload 0"]);
});
