import { expect, test } from "vitest";
import { type Disk, nodeDisk } from "../store/disk.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "./open-ledger.ts";

test("what is integrated between two checkpoints under load leaves no partial files of bundles and their tiles", async () => {
  const directory = temporaryDirectory();
  const partials: string[] = [];
  const disk: Disk = {
    ...nodeDisk,
    makeDirectory: (path) => {
      if (/tile\/(0|entries)\/.*\.p$/.test(path)) partials.push(path.slice(directory.length));
      return nodeDisk.makeDirectory(path);
    },
  };
  const ledger = await openLedger({ checkpointIntervalMs: 3_600_000, directory, disk });
  const scope = { class: "session", project: "default", session: "s" };
  const payload = Buffer.alloc(4096, "a");
  let sequence = 0;
  // Some 50 MB, which is integrated six times and more.
  for (let round = 0; round < 12; round += 1) {
    const entries = Array.from({ length: 1000 }, () => {
      sequence += 1;
      return { payload, scope, sequence, source: "s", timeMs: 0, type: "t" };
    });
    await ledger.appendAll(entries, "durable");
  }
  const underLoad = partials.length;
  await ledger.close();
  // The first checkpoint and the end have one of each.
  expect(underLoad).toBeLessThanOrEqual(2);
  expect(partials.length).toBeGreaterThan(underLoad);
  await expect(verifyLedger({ directory })).resolves.toMatchObject({ ok: true });
});
