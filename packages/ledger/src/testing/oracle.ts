// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { expect } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { verifyReceipt } from "../verifier/verify-receipt.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { verifyLedger } from "../verify/verify-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { entryOf, ownPayloads } from "./entries.ts";
import { masterKey } from "./small-ledger.ts";

/**
 * The judge of every rough treatment: with a healthy disk the ledger starts again, everything that was acknowledged is
 * there in its order, it can be appended to, and verify has nothing to say, before the clean stop and after it.
 */
export async function expectAllKept(directory: string, acknowledged: readonly string[]): Promise<void> {
  const options = { directory, masterKey };
  const ledger = await openLedger({ ...options, segmentBytes: 4096 });
  const reader = await LedgerReader.open(options);
  const kept = await ownPayloads(reader);
  let at = -1;
  for (const payload of acknowledged) {
    const next = kept.indexOf(payload, at + 1);
    expect(next, `${payload} is gone, or out of order`).toBeGreaterThan(at);
    at = next;
  }
  await ledger.append(entryOf(0, { source: `again ${ledger.instance}`, payload: "and it goes on" }));
  const { findings } = await verifyLedger(options);
  expect(findings).toEqual([]);
  await ledger.close();
  const { findings: atTheEnd } = await verifyLedger(options);
  expect(atTheEnd).toEqual([]);
}

/** Every entry that the checkpoint covers can be proved to somebody who has the verifier key alone. */
export async function expectAllProved(directory: string, verifier: string): Promise<void> {
  const reader = await LedgerReader.open({ directory, masterKey });
  const verifierKey = await parseVerifierKey(verifier, nodePrimitives);
  for (let index = 0; index < reader.size; index += 1) {
    const receipt = await reader.prove(index);
    const { entry } = await reader.entry(index);
    const proved = await verifyReceipt({ receipt, entry, verifierKey, primitives: nodePrimitives });
    expect(proved.index).toBe(index);
  }
}
