import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { expect } from "vitest";
import { type BlobReference, formatBlobReference } from "../blobs/reference.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { collect, scope } from "./blobs.ts";
import { bytesFrom, textFrom } from "./bytes.ts";
import { restoreImage } from "./crashed.ts";
import { entryOf } from "./entries.ts";
import type { Image } from "./image.ts";
import { PowerCutDisk } from "./power-cut-disk.ts";
import { randomFrom } from "./random.ts";
import { masterKey } from "./small-ledger.ts";

/** A blob that was acknowledged, and which of the contents it has. */
interface Stored {
  readonly content: Buffer;
  readonly reference: BlobReference;
}

/** What a power cut left, and what had been acknowledged when it came. */
interface Cut {
  readonly image: Image;
  readonly stored: readonly Stored[];
}

/** Few, so that the same comes again; they share their beginnings, and some take several parcels. */
const contents = Array.from({ length: 6 }, (_, seed) =>
  Buffer.concat([textFrom(seed % 2, 3000), bytesFrom(seed, 300 + 17_000 * seed)]),
);
const sessions = ["s0", "s1"];

const listBlobs = (payload: Buffer) => (payload.includes("blob1:") ? [payload.toString()] : []);

/** Stores blobs and records that name them, and cuts the power at random steps. Each cut is one possible world. */
async function cutsOfOneRun(before: Cut, random: () => number, count: number, run: string): Promise<Cut[]> {
  return inDirectory(async (directory) => {
    restoreImage(before.image, directory);
    const stored = [...before.stored];
    const cuts: Cut[] = [];
    const disk = new PowerCutDisk(directory, () => {
      if (random() < 0.06 && cuts.length < count) cuts.push({ image: disk.cut(random), stored: [...stored] });
    });
    const ledger = await openLedger({
      directory,
      masterKey,
      disk,
      segmentBytes: 8192,
      checkpointIntervalMs: 20,
    });
    let at = 0;
    const putOne = async () => {
      const content = contents[Math.floor(random() * contents.length)] as Buffer;
      const session = sessions[Math.floor(random() * sessions.length)] as string;
      const reference = await ledger.putBlob({ ...scope, session }, content);
      stored.push({ content, reference });
      const payload = formatBlobReference(reference);
      at += 1;
      await ledger.append(entryOf(0, { source: `${run} ${at}`, payload }));
    };
    for (let round = 0; round < 4; round += 1) await Promise.all(Array.from({ length: 5 }, putOne));
    await ledger.close();
    return cuts;
  });
}

/** Cuts the power in a run, in the one after it, and in the one after that; then looks at what is left. */
export async function surviveBlobCuts(seed: number, count: number): Promise<number> {
  const random = randomFrom(seed);
  let worlds: readonly Cut[] = [{ image: new Map(), stored: [] }];
  let seen = 0;
  for (const run of ["first", "second", "third"]) {
    const next = worlds[Math.floor(random() * worlds.length)] as Cut;
    worlds = await cutsOfOneRun(next, random, count, run);
    for (const world of worlds) await inDirectory((directory) => expectKept(world, directory));
    seen += worlds.length;
  }
  return seen;
}

/** Everything acknowledged is there, whatever is stored again does not lean on what is torn, and verify is content. */
async function expectKept({ image, stored }: Cut, directory: string): Promise<void> {
  restoreImage(image, directory);
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 8192 });
  const again: Stored[] = [];
  for (const session of sessions)
    for (const content of contents)
      again.push({ content, reference: await ledger.putBlob({ ...scope, session }, content) });
  const reader = await LedgerReader.open({ directory, masterKey });
  for (const { content, reference } of [...stored, ...again])
    expect((await collect(reader.blob(reference))).equals(content), reference.name).toBe(true);
  await ledger.close();
  expect((await verifyLedger({ directory, masterKey, listBlobs })).findings).toEqual([]);
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "custody-blobs-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
