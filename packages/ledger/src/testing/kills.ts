// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { expect } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { Child } from "./children.ts";
import { ownPayloads } from "./entries.ts";
import { randomFrom } from "./random.ts";
import { masterKey } from "./small-ledger.ts";

/**
 * Kills a writer again and again on one directory; after each kill everything that it acknowledged must be there.
 * `restartMsMax` is how long a start may take after it, where the machine is quiet enough to ask.
 */
export async function surviveKills(
  directory: string,
  seed: number,
  rounds: number,
  restartMsMax = Number.POSITIVE_INFINITY,
): Promise<void> {
  const random = randomFrom(seed);
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const run = `run ${round}`;
    const child = new Child(directory, run);
    // Also during the start, of which the first line is the end.
    await child.says(random() < 0.2 ? 0 : 1 + Math.floor(random() * 3000));
    await new Promise((resolve) => setTimeout(resolve, random() * 100));
    await child.kill();
    for (const line of child.said) {
      const [, at] = /^(?:written|durable) (\d+)$/.exec(line) ?? [];
      if (at !== undefined) acknowledged.push(`${run} ${at}`);
    }
    // Every other time the next child recovers what this one left.
    if (round % 2 === 0) await expectRestart(directory, acknowledged, restartMsMax);
  }
  await expectRestart(directory, acknowledged, restartMsMax);
}

async function expectRestart(
  directory: string,
  acknowledged: readonly string[],
  restartMsMax: number,
): Promise<void> {
  const begun = performance.now();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 64 * 1024 });
  expect(performance.now() - begun).toBeLessThan(restartMsMax);
  const kept = new Set(await ownPayloads(await LedgerReader.open({ directory, masterKey })));
  expect(acknowledged.filter((payload) => !kept.has(payload))).toEqual([]);
  await ledger.close();
  expect((await verifyLedger({ directory, masterKey })).findings).toEqual([]);
}
