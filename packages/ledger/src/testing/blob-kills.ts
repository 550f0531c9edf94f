// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { expect } from "vitest";
import { parseBlobReference } from "../blobs/reference.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { collect } from "./blobs.ts";
import { bytesFrom } from "./bytes.ts";
import { Child } from "./children.ts";
import { randomFrom } from "./random.ts";
import { masterKey } from "./small-ledger.ts";

const listBlobs = (payload: Buffer) => (payload.includes("blob1:") ? [payload.toString()] : []);

/** Kills a writer that stores blobs, again and again on one directory. Returns how many it had acknowledged. */
export async function surviveBlobKills(directory: string, seed: number, rounds: number): Promise<number> {
  const random = randomFrom(seed);
  const stored = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const child = new Child(directory, `run ${round}`, "blobs");
    await child.says(1 + Math.floor(random() * 60));
    await new Promise((resolve) => setTimeout(resolve, random() * 30));
    await child.kill();
    for (const line of child.said) {
      const [, number, text] = /^stored (\d+) (\S+)$/.exec(line) ?? [];
      if (text !== undefined) stored.set(text, Number(number));
    }
    const reader = await LedgerReader.open({ directory, masterKey });
    for (const [text, number] of stored) {
      const content = bytesFrom(number, 500 + 20_000 * (number % 6));
      expect((await collect(reader.blob(parseBlobReference(text)))).equals(content), text).toBe(true);
    }
    expect((await verifyLedger({ directory, masterKey, listBlobs })).findings).toEqual([]);
  }
  return stored.size;
}
