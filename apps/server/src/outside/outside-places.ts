import {
  evidenceNameOf,
  isOfPolicy,
  type OutsideFolder,
  type ProvableLedger,
  type ReachableWitness,
  type RunnerOptions,
  reachableWitnesses,
  witnessPlace,
} from "@custody/anchors";
import { nodePrimitives } from "@custody/ledger";
import { openCosignedCheckpoint, parseWitnessPolicy, type VerifierKey } from "@custody/ledger/verifier";
import { anchorPlaces } from "./anchor-places.ts";
import type { OutsideSettings } from "./settings.ts";

export interface PlaceParts {
  readonly warn: (text: string) => void;
  readonly folder: OutsideFolder;
  readonly ledger: ProvableLedger;
  readonly logKey: VerifierKey;
}

/** All places that the settings name, and whose cosignatures are enough. @throws AnchorError, LedgerError */
export async function outsidePlaces(
  { witnesses, ...anchors }: OutsideSettings,
  parts: PlaceParts,
): Promise<Pick<RunnerOptions, "places" | "quorum">> {
  const places = anchorPlaces(anchors, parts);
  if (witnesses === undefined) return { places };
  const { allowPlaintext, everyMs } = witnesses;
  const policy = await parseWitnessPolicy(witnesses.policy, nodePrimitives);
  if (!isOfPolicy(policy, parts.logKey))
    parts.warn(
      `the policy of witnesses names logs, and not this one (${parts.logKey.name}): nothing will count as witnessed`,
    );
  for (const reachable of reachableWitnesses(policy, { allowPlaintext })) {
    const cosignedSize = await cosignedSizeOf(reachable, parts);
    places.push(witnessPlace({ ...reachable, ...parts, cosignedSize, everyMs, fetch }));
  }
  return { places, quorum: { logKey: parts.logKey, policy } };
}

/** What a witness has once cosigned, by its own cosignature: it may not say later that it never did. */
async function cosignedSizeOf(
  { witness }: ReachableWitness,
  { folder, logKey }: PlaceParts,
): Promise<number> {
  const note = await folder.readEvidence("witness", evidenceNameOf(witness));
  if (note === undefined) return 0;
  try {
    const keys = { cosigners: [witness.key], log: [logKey] };
    const { checkpoint, cosignatures } = await openCosignedCheckpoint(note, keys, nodePrimitives);
    return cosignatures.length > 0 ? checkpoint.size : 0;
  } catch {
    // Of another origin, or damaged: `custody verify` finds that.
    return 0;
  }
}
