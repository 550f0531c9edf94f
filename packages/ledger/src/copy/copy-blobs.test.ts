import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { formatBlobReference } from "../blobs/reference.ts";
import { readBlob, scope } from "../testing/blobs.ts";
import { bytesFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
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
  let isOver = false;
  let at = 0;
  const write = async (session: string) => {
    while (!isOver) {
      const number = at;
      at += 1;
      const reference = await ledger.putBlob({ ...scope, session }, bytesFrom(number, 5000));
      const payload = formatBlobReference(reference);
      await ledger.append(entryOf(number, { payload, source: `source ${number}` }));
      await sleep(5);
    }
  };
  const writing = ["a", "b"].map(write);
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
  isOver = true;
  await Promise.all(writing);
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
