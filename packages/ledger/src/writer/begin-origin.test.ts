import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyLedger } from "../copy/copy-ledger.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { restoreImage } from "../testing/crashed.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf } from "../testing/entries.ts";
import { type Fault, FaultyDisk } from "../testing/faulty-disk.ts";
import { takeImage } from "../testing/image.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

const small = { masterKey, segmentBytes: 8192 };
const acceptLoss = { reason: "it burnt" };

async function countRestored(directory: string): Promise<number> {
  const reader = await LedgerReader.open({ directory, masterKey });
  let count = 0;
  for await (const { t } of reader.envelopes()) if (t === "ledger.restored") count += 1;
  return count;
}

const leaves: Fault["leaves"][] = ["nothing", "all", "half"];

test.each(leaves)(
  "accepting a loss may fail at any step, leaving %s of it behind, and be done again",
  async (left) => {
    const directory = temporaryDirectory();
    const ledger = await openLedger({ ...small, directory });
    await ledger.appendAll(entriesOf(0, 3), "durable");
    const to = join(temporaryDirectory(), "copy");
    await copyLedger({ directory, masterKey, to });
    await ledger.close();
    const image = takeImage(to);
    for (let failing = 0; ; failing += 2) {
      const here = temporaryDirectory();
      restoreImage(image, here);
      const disk = new FaultyDisk();
      disk.fault = { code: "EIO", leaves: left, strikes: ({ at }) => at === failing };
      const opened = await openLedger({ ...small, acceptLoss, directory: here, disk }).catch(() => undefined);
      await opened?.close().catch(() => {});
      if (disk.struck.length === 0) {
        expect(failing).toBeGreaterThan(40);
        return;
      }
      // Until it is done it is a copy; once it is done it is not one any more.
      const again = await openLedger({ ...small, directory: here }).catch(
        (error: { code: string }) => error.code,
      );
      if (again === "LEDGER_IS_COPY")
        await (await openLedger({ ...small, acceptLoss, directory: here })).close();
      else if (typeof again === "string") expect.unreachable(`after step ${failing}: ${again}`);
      else await again.close();
      const report = await verifyLedger({ directory: here, masterKey });
      expect(report.findings, JSON.stringify(disk.struck)).toEqual([]);
      expect(await countRestored(here), JSON.stringify(disk.struck)).toBeGreaterThanOrEqual(1);
      expect(readFileSync(join(here, "keys/past-verifiers"), "utf8")).toBe(`${ledger.verifierKey}\n`);
    }
  },
);

test("an older copy that nothing marks is refused by what was signed, and can be accepted too", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ ...small, directory });
  await ledger.append(entryOf(0));
  await ledger.checkpoint();
  await ledger.close();
  const image = takeImage(directory);
  const later = await openLedger({ ...small, directory });
  await later.appendAll(entriesOf(1, 9), "durable");
  await later.close();
  const older = temporaryDirectory();
  restoreImage(image, older);
  writeFileSync(join(older, ".state/signed"), readFileSync(join(directory, ".state/signed")));
  await expect(openLedger({ ...small, directory: older })).rejects.toMatchObject({ code: "REWIND_DETECTED" });
  const restored = await openLedger({ ...small, acceptLoss, directory: older });
  await restored.close();
  await (await openLedger({ ...small, directory: older })).close();
  expect(await verifyLedger({ directory: older, masterKey })).toMatchObject({ findings: [] });
  expect(await countRestored(older)).toBe(1);
});
