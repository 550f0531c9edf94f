import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "../writer/open-ledger.ts";
import { restoreImage } from "./crashed.ts";
import { entryOf } from "./entries.ts";
import type { Image } from "./image.ts";
import { expectAllKept } from "./oracle.ts";
import { PowerCutDisk } from "./power-cut-disk.ts";
import { randomFrom } from "./random.ts";
import { masterKey } from "./small-ledger.ts";

/** What a power cut left, and what had been acknowledged as durable when it came. */
interface Cut {
  readonly image: Image;
  readonly acknowledged: readonly string[];
}

/** Runs a ledger from `before` on, and cuts the power `count` times at random steps. Each cut is one possible world. */
async function cutsOfOneRun(
  before: Cut | undefined,
  random: () => number,
  count: number,
  run: string,
): Promise<Cut[]> {
  return inDirectory(async (directory) => {
    if (before) restoreImage(before.image, directory);
    const acknowledged = [...(before?.acknowledged ?? [])];
    const cuts: Cut[] = [];
    const disk = new PowerCutDisk(directory, () => {
      if (random() < 0.05 && cuts.length < count)
        cuts.push({ image: disk.cut(random), acknowledged: [...acknowledged] });
    });
    const checkpointIntervalMs = random() < 0.5 ? 0 : 20;
    const ledger = await openLedger({ directory, masterKey, disk, segmentBytes: 8192, checkpointIntervalMs });
    for (let round = 0, at = 0; round < 12; round += 1) {
      const calls: Promise<unknown>[] = [];
      for (let many = Math.ceil(random() * 40); many > 0; many -= 1, at += 1) {
        const payload = `${run} ${at} ${"x".repeat(random() < 0.1 ? 3000 : 20)}`;
        const scope = { project: "p", class: "session", session: `s${Math.floor(random() * 5)}` };
        const entry = entryOf(at, { source: run, payload, scope });
        if (random() < 0.2) calls.push(ledger.append(entry, "written"));
        else calls.push(ledger.append(entry).then(() => acknowledged.push(payload)));
      }
      await Promise.all(calls);
    }
    await ledger.close();
    return cuts;
  });
}

/** Cuts the power in a run, in the recovery from that, and in the recovery from the recovery; then looks at what is left. */
export async function surviveCuts(seed: number, count: number): Promise<void> {
  const random = randomFrom(seed);
  let worlds: Cut[] = await cutsOfOneRun(undefined, random, count, "first");
  for (const run of ["second", "third"]) {
    for (const world of worlds) await inDirectory((directory) => expectKept(world, directory));
    const next = worlds[Math.floor(random() * worlds.length)];
    worlds = next === undefined ? [] : await cutsOfOneRun(next, random, count, run);
  }
  for (const world of worlds) await inDirectory((directory) => expectKept(world, directory));
}

async function expectKept({ image, acknowledged }: Cut, directory: string): Promise<void> {
  restoreImage(image, directory);
  await expectAllKept(directory, acknowledged);
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "custody-ledger-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
