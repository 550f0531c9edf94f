import { bytesToSign, formatCoseReceipt } from "../cose/cose-receipt.ts";
import { LedgerError } from "../error.ts";
import type { Signer } from "../keys/signer.ts";
import type { Receipt } from "../verifier/receipt.ts";
import { parseVerifierKey } from "../verifier/verifier-key.ts";
import { verifyDisclosure } from "../verifier/verify-disclosure.ts";
import { nodePrimitives } from "../verifier-node.ts";

/**
 * Signs the root of a receipt once more, in the words of RFC 9942. A root that the log has not published must never be
 * signed, since nobody could hold the log to it: so the receipt is checked first, with the log's own key, as whoever does
 * not trust us would check it.
 */
export async function coseReceipt(receipt: Receipt, signer: Signer): Promise<Uint8Array> {
  const verifierKey = await parseVerifierKey(signer.verifierKey, nodePrimitives);
  const { root, size, origin } = await checked(receipt, verifierKey);
  const signed = { keyId: signer.keyId, origin, size };
  const { extra, index, proof } = receipt;
  const signature = signer.sign(bytesToSign(signed, root));
  return formatCoseReceipt({ ...signed, extra: extra as Uint8Array, index, proof, signature });
}

async function checked(receipt: Receipt, verifierKey: Awaited<ReturnType<typeof parseVerifierKey>>) {
  try {
    return (await verifyDisclosure({ primitives: nodePrimitives, receipt, verifierKey })).checkpoint;
  } catch (cause) {
    const what = "the published checkpoint is not one of this ledger's tree: run verify";
    throw new LedgerError("STATE_DAMAGED", what, { cause });
  }
}
