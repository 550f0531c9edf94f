import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { keepStoring, readBlob, scope } from "../testing/blobs.ts";
import { bytesFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { copyLedger } from "./copy-ledger.ts";

const listBlobs = (payload: Buffer) => (payload.includes("blob1:") ? [payload.toString()] : []);

test("a copy made while blobs are stored has every blob that its records name", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({
    directory,
    masterKey,
    segmentBytes: 64 * 1024,
    checkpointIntervalMs: 20,
  });
  const storing = keepStoring(ledger);
  for (let round = 0; round < 3; round += 1) {
    await sleep(100);
    const before = ledger.durableSize;
    const to = join(temporaryDirectory(), "copy");
    const { files } = await copyLedger({ directory, masterKey, to });
    const report = await verifyLedger({ directory: to, masterKey, listBlobs });
    expect(report.findings).toEqual([]);
    expect(report.size).toBeGreaterThanOrEqual(before);
    const packs = files.filter(({ path }) => path.startsWith("blobs/"));
    expect(packs.length).toBeGreaterThan(0);
    for (const { path, bytes } of packs) expect(readFileSync(join(to, path))).toHaveLength(bytes);
  }
  await storing.stop();
  await ledger.close();
});

test("an accepted copy goes on with its blobs, and knows them again", async () => {
  const directory = temporaryDirectory();
  const content = bytesFrom(1, 100_000);
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 64 * 1024 });
  const reference = await ledger.putBlob(scope, content);
  await ledger.close();
  const to = join(temporaryDirectory(), "copy");
  await copyLedger({ directory, masterKey, to });
  const acceptLoss = { reason: "the disk died" };
  const restored = await openLedger({ directory: to, masterKey, segmentBytes: 64 * 1024, acceptLoss });
  expect(await restored.putBlob(scope, content)).toEqual(reference);
  expect((await readBlob(to, reference)).equals(content)).toBe(true);
  await restored.close();
  expect(existsSync(join(to, "blobs", reference.key, "000002.pack"))).toBe(false);
});
