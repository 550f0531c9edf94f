import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileKeySource } from "../keys/key-source.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { restoreImage } from "../testing/crashed.ts";
import { entryOf, ownPayloads } from "../testing/entries.ts";
import type { Image } from "../testing/image.ts";
import { PowerCutDisk } from "../testing/power-cut-disk.ts";
import { randomFrom } from "../testing/random.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";

/** One possible world after a power cut, and what had been promised before it. */
interface World {
  readonly image: Image;
  readonly acknowledged: readonly string[];
  readonly erased: readonly string[];
}

/** Appends to five sessions, destroys some of them and rotates the master key, and cuts the power at random steps. */
async function worldsOf(random: () => number, count: number, directory: string): Promise<World[]> {
  const acknowledged: string[] = [];
  const erased: string[] = [];
  const worlds: World[] = [];
  const disk = new PowerCutDisk(directory, () => {
    if (random() < 0.08 && worlds.length < count)
      worlds.push({ acknowledged: [...acknowledged], erased: [...erased], image: disk.cut(random) });
  });
  const keySource = fileKeySource(join(directory, "keys/master.key"), disk);
  const ledger = await openLedger({
    directory,
    disk,
    keySource,
    segmentBytes: 8192,
    checkpointIntervalMs: 0,
  });
  let sequence = 0;
  const append = async (session: string, count: number) => {
    for (let many = count; many > 0; many -= 1, sequence += 1) {
      const payload = `${session} ${sequence}`;
      await ledger.append(entryOf(sequence, { payload, scope: { project: "p", class: "session", session } }));
      acknowledged.push(payload);
    }
  };
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([append(`s${round}`, 8)]);
    if (random() < 0.4) await ledger.rotateMasterKey();
    if (random() < 0.7) {
      const session = `s${Math.floor(random() * (round + 1))}`;
      const keys: string[] = [];
      for await (const { id, scope } of ledger.keys()) if (scope.session === session) keys.push(id);
      if (keys.length === 0) continue;
      const erasing = ledger.erase({ by: "b", from: 0, keys, reason: "r", rule: "r", to: 0 });
      await append("bystander", 2);
      const { purged } = await erasing;
      erased.push(session);
      if (random() < 0.5) await purged;
      else purged.catch(() => {});
    }
  }
  await ledger.close();
  return worlds;
}

async function expectPromisesKept({ acknowledged, erased, image }: World, directory: string): Promise<void> {
  restoreImage(image, directory);
  await (await openLedger({ directory, segmentBytes: 8192 })).close();
  const report = await verifyLedger({ directory });
  expect(report.findings).toEqual([]);
  expect(report.erasures.filter(({ isCarriedOut }) => !isCarriedOut)).toEqual([]);
  const reader = await LedgerReader.open({ directory });
  const kept = new Set(await ownPayloads(reader));
  for (const session of erased)
    expect([...kept].filter((payload) => payload.startsWith(`${session} `))).toEqual([]);
  const gone = acknowledged.filter((payload) => !kept.has(payload));
  // Whatever is gone was destroyed by an order, though its caller may not have heard of it any more.
  expect(gone.length).toBeLessThanOrEqual(report.shredded);
  if (report.erasures.length === 0) expect(gone).toEqual([]);
}

test.each([1, 2, 3])(
  "whatever a power cut leaves, what was destroyed stays so, and nothing else is lost (seed %i)",
  { timeout: 120_000 },
  async (seed) => {
    const random = randomFrom(seed);
    const directory = mkdtempSync(join(tmpdir(), "custody-ledger-"));
    const worlds = await worldsOf(random, 12, directory);
    rmSync(directory, { recursive: true });
    expect(worlds.length).toBeGreaterThan(6);
    for (const world of worlds) {
      const at = mkdtempSync(join(tmpdir(), "custody-ledger-"));
      await expectPromisesKept(world, at);
      rmSync(at, { recursive: true });
    }
  },
);
