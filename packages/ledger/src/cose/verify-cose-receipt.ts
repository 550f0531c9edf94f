import { LedgerError } from "../error.ts";
import { parseDisclosure } from "../verifier/disclosure.ts";
import { type Primitives, webPrimitives } from "../verifier/primitives.ts";
import { inclusionRoot } from "../verifier/proof.ts";
import { leafHash } from "../verifier/tree-hash.ts";
import type { VerifierKey } from "../verifier/verifier-key.ts";
import { readEnvelope, type VerifiedDisclosure, verifyOpening } from "../verifier/verify-disclosure.ts";
import { bytesToSign, type CoseReceipt, parseCoseReceipt } from "./cose-receipt.ts";

export interface CoseClaim {
  /** The log that the receipt must come from. By default its origin is the name of its key. */
  readonly origin?: string;
  readonly primitives?: Primitives;
  readonly receipt: Uint8Array | CoseReceipt;
  readonly verifierKey: VerifierKey;
}

/**
 * Checks a COSE receipt by the steps of RFC 9942, section 5.2.1: the entry and the path give a root, and that root must be
 * what the log has signed. Returns and throws what `verifyDisclosure` does.
 */
export async function verifyCoseReceipt(claim: CoseClaim): Promise<VerifiedDisclosure> {
  const { primitives = webPrimitives, verifierKey } = claim;
  const receipt = claim.receipt instanceof Uint8Array ? parseCoseReceipt(claim.receipt) : claim.receipt;
  const { index, keyId, origin, proof, signature, size } = receipt;
  if (origin !== (claim.origin ?? verifierKey.name))
    throw invalid(`The receipt comes from another log, ${origin}`);
  if (keyId !== verifierKey.keyId) throw invalid("The receipt is signed by another key");
  const { entry, opening } = parseDisclosure(receipt.extra);
  const leaf = await leafHash(entry, primitives);
  const root = await rootOf({ index, leafHash: leaf, proof, size }, primitives);
  if (!(await primitives.verifyEd25519(verifierKey.publicKey, bytesToSign(receipt, root), signature)))
    throw invalid("The receipt proves nothing: the log has not signed the root that its proof leads to");
  const envelope = readEnvelope(entry, index);
  const checkpoint = { extensions: [], origin, root, size };
  // A COSE receipt carries the log's own signature alone.
  const verified = { checkpoint, cosignatures: [], envelope, index, leafHash: leaf };
  if (opening === undefined) return verified;
  await verifyOpening(envelope, opening, primitives);
  return { ...verified, payload: opening.payload };
}

async function rootOf(
  claim: Parameters<typeof inclusionRoot>[0],
  primitives: Primitives,
): Promise<Uint8Array> {
  try {
    return await inclusionRoot(claim, primitives);
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new LedgerError("RECEIPT_INVALID", `The receipt proves nothing: ${cause.message}`, { cause });
  }
}

function invalid(why: string): LedgerError {
  return new LedgerError("RECEIPT_INVALID", why);
}
