import { isOfPolicy } from "@custody/anchors";
import { LedgerError, nodePrimitives } from "@custody/ledger";
import {
  type CosignerKey,
  isQuorum,
  openCosignedCheckpoint,
  type PolicyWitness,
  parseReceipt,
  parseWitnessPolicy,
  type VerifierKey,
} from "@custody/ledger/verifier";
import type { CommandContext } from "../commands/context.ts";
import { readNamedFile } from "../commands/named-file.ts";
import { CliError } from "../error.ts";

/** A witness, as the policy calls it, and when it saw the checkpoint. */
export interface Cosigner {
  readonly witness: string;
  readonly time: string;
}

type KnownWitness = PolicyWitness & { readonly key: CosignerKey };

/**
 * Who has cosigned the checkpoint of a receipt, by a policy in a file.
 *
 * @throws LedgerError RECEIPT_INVALID when that is not enough for the policy; CliError for a policy that cannot be used
 */
export async function checkCosigners(
  context: CommandContext,
  receipt: string | Uint8Array,
  { key, policy: file }: { readonly key: VerifierKey; readonly policy: string },
): Promise<readonly Cosigner[]> {
  const policy = await readPolicy(context, file);
  if (!isOfPolicy(policy, key))
    throw new LedgerError("RECEIPT_INVALID", `the policy does not name the log ${key.name} with this key`);
  const known = policy.witnesses.filter((witness): witness is KnownWitness => witness.key !== undefined);
  const keys = { cosigners: known.map((witness) => witness.key), log: [key] };
  const { checkpoint } = parseReceipt(receipt);
  const { cosignatures } = await openCosignedCheckpoint(checkpoint, keys, nodePrimitives);
  const cosigners = cosignatures.map(({ key, timeS }) => ({
    time: new Date(timeS * 1000).toISOString(),
    witness: known.find((witness) => witness.key === key) as KnownWitness,
  }));
  if (!isQuorum(policy, new Set<PolicyWitness>(cosigners.map(({ witness }) => witness))))
    throw new LedgerError("RECEIPT_INVALID", notEnough(cosigners, policy.witnesses));
  return cosigners.map(({ time, witness }) => ({ time, witness: witness.name }));
}

function notEnough(
  cosigners: readonly { readonly witness: PolicyWitness }[],
  witnesses: readonly PolicyWitness[],
): string {
  const names = cosigners.map(({ witness }) => witness.name).join(", ") || "nobody";
  const unsupported = witnesses.filter(({ key }) => key === undefined).map(({ name }) => name);
  const unchecked =
    unsupported.length === 0
      ? ""
      : `; cosignatures by ML-DSA-44 cannot be checked yet, so these were not counted: ${unsupported.join(", ")}`;
  return `its checkpoint is cosigned by ${names} of the policy's witnesses, which is not enough for it${unchecked}`;
}

async function readPolicy(context: CommandContext, file: string) {
  const text = readNamedFile(context, file, "name a policy, see docs/witnesses.md");
  try {
    return await parseWitnessPolicy(text, nodePrimitives);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new CliError("FILE_UNUSABLE", `${file}: ${cause.message}`, "correct it, see docs/witnesses.md", {
      cause,
    });
  }
}
