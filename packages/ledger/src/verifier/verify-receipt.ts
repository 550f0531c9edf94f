import { LedgerError } from "../error.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type Cosignature, openCosignedCheckpoint } from "./cosigned-checkpoint.ts";
import type { CosignerKey } from "./cosigner-key.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { verifyInclusion } from "./proof.ts";
import { parseReceipt, type Receipt } from "./receipt.ts";
import { leafHash } from "./tree-hash.ts";
import type { VerifierKey } from "./verifier-key.ts";

/** What a receipt is checked against: the entry (or its leaf hash), and the key of the log that we trust. */
export type ReceiptClaim<Key extends CosignerKey = CosignerKey> = {
  /** Witnesses whose cosignatures are checked as well. How many of them are enough is a policy's to say. */
  readonly cosigners?: readonly Key[];
  /** The log that the receipt must come from. By default its origin is the name of its key, as C2SP recommends. */
  readonly origin?: string;
  readonly primitives?: Primitives;
  /** The text of a receipt, or one that was read before. */
  readonly receipt: string | Uint8Array | Receipt;
  readonly verifierKey: VerifierKey;
} & ({ readonly entry: Uint8Array } | { readonly leafHash: Uint8Array });

export interface VerifiedReceipt<Key extends CosignerKey = CosignerKey> {
  readonly checkpoint: Checkpoint;
  /** Of the witnesses that were given. */
  readonly cosignatures: readonly Cosignature<Key>[];
  readonly index: number;
  readonly leafHash: Uint8Array;
}

/**
 * Checks a receipt by the steps of https://c2sp.org/tlog-proof ("Verifying a tlog proof"). Returns what it proves;
 * throws `RECEIPT_MALFORMED` if it cannot be read, and `RECEIPT_INVALID` if it proves nothing, with the reason as cause.
 *
 * It proves that the log's key has signed a tree in which the entry stands at that index. It does not prove that the log
 * shows the same tree to everybody: that takes witnesses, or comparing checkpoints.
 */
export async function verifyReceipt<Key extends CosignerKey>(
  claim: ReceiptClaim<Key>,
): Promise<VerifiedReceipt<Key>> {
  const { cosigners = [], primitives = webPrimitives, verifierKey } = claim;
  const receipt = isText(claim.receipt) ? parseReceipt(claim.receipt) : claim.receipt;
  try {
    const keys = { cosigners, log: [verifierKey] };
    const { checkpoint, cosignatures } = await openCosignedCheckpoint(receipt.checkpoint, keys, primitives);
    if (checkpoint.origin !== (claim.origin ?? verifierKey.name)) {
      throw new LedgerError("RECEIPT_INVALID", `The receipt comes from another log, ${checkpoint.origin}`);
    }
    const leaf = "entry" in claim ? await leafHash(claim.entry, primitives) : claim.leafHash;
    const { index, proof } = receipt;
    await verifyInclusion(
      { index, leafHash: leaf, proof, root: checkpoint.root, size: checkpoint.size },
      primitives,
    );
    return { checkpoint, cosignatures, index, leafHash: leaf };
  } catch (error) {
    throw error instanceof LedgerError ? asReceiptError(error) : error;
  }
}

/** A proof of the wrong length is well formed as a receipt, and still proves nothing. */
function asReceiptError(cause: LedgerError): LedgerError {
  if (cause.code === "RECEIPT_INVALID") return cause;
  const isUnreadable = cause.code === "NOTE_MALFORMED" || cause.code === "CHECKPOINT_MALFORMED";
  const code = isUnreadable ? "RECEIPT_MALFORMED" : "RECEIPT_INVALID";
  return new LedgerError(code, `The receipt proves nothing: ${cause.message}`, { cause });
}

function isText(receipt: string | Uint8Array | Receipt): receipt is string | Uint8Array {
  return typeof receipt === "string" || receipt instanceof Uint8Array;
}
