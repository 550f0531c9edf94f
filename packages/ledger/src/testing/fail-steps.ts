import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { expect } from "vitest";
import { openLedger } from "../writer/open-ledger.ts";
import { restoreImage } from "./crashed.ts";
import { type Fault, FaultyDisk } from "./faulty-disk.ts";
import type { Image } from "./image.ts";
import { expectAllKept } from "./oracle.ts";
import { masterKey } from "./small-ledger.ts";

export interface Starts {
  /** What each start finds. */
  readonly image: Image;
  readonly acknowledged: readonly string[];
  readonly leaves: Fault["leaves"];
  /** The first step that fails, and how many come before the next. */
  readonly first: number;
  readonly stride: number;
}

/** Lets steps of a start fail, each in a start of its own, and starts again on a healthy disk. Returns the steps there are. */
export async function failSteps(starts: Starts): Promise<number> {
  for (let failing = starts.first; ; failing += starts.stride) {
    const directory = mkdtempSync(join(tmpdir(), "custody-ledger-"));
    try {
      restoreImage(starts.image, directory);
      const disk = new FaultyDisk();
      disk.fault = { strikes: ({ at }) => at === failing, code: "EIO", leaves: starts.leaves };
      await openAndClose(directory, disk);
      // The start is over, and so is the test.
      if (disk.struck.length === 0) return failing;
      await expectAllKept(directory, starts.acknowledged).catch((cause) => {
        throw new Error(`after step ${failing} failed: ${JSON.stringify(disk.struck)}`, { cause });
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}

async function openAndClose(directory: string, disk: FaultyDisk): Promise<void> {
  try {
    const ledger = await openLedger({ directory, masterKey, disk, segmentBytes: 8192 });
    await ledger.close().catch(() => {});
  } catch (error) {
    expect(error, JSON.stringify(disk.struck)).toMatchObject({ name: "LedgerError", code: "LEDGER_IO" });
  }
}
