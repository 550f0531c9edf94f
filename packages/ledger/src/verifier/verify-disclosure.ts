import { LedgerError } from "../error.ts";
import { encodeBase64 } from "./base64.ts";
import { commitment } from "./commitment.ts";
import { type Opening, parseDisclosure } from "./disclosure.ts";
import { type Envelope, parseEnvelope } from "./envelope.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { parseReceipt, type Receipt } from "./receipt.ts";
import type { VerifierKey } from "./verifier-key.ts";
import { type VerifiedReceipt, verifyReceipt } from "./verify-receipt.ts";

/** A receipt that is to be checked by what it carries itself, and the key of the log that we trust. */
export interface DisclosureClaim {
  readonly origin?: string;
  readonly primitives?: Primitives;
  readonly receipt: string | Uint8Array | Receipt;
  readonly verifierKey: VerifierKey;
}

export interface VerifiedDisclosure extends VerifiedReceipt {
  readonly envelope: Envelope;
  /** What was recorded, when the receipt carries it. */
  readonly payload?: Uint8Array;
}

/**
 * Checks a receipt that carries its entry, and the record as well when that is in it. Returns what it proves; throws
 * `RECEIPT_MALFORMED` or `RECEIPT_INVALID` as `verifyReceipt` does. After it, every byte of the receipt is accounted for.
 */
export async function verifyDisclosure(claim: DisclosureClaim): Promise<VerifiedDisclosure> {
  const { primitives = webPrimitives } = claim;
  const isRead = typeof claim.receipt === "object" && "checkpoint" in claim.receipt;
  const receipt = isRead ? (claim.receipt as Receipt) : parseReceipt(claim.receipt as string | Uint8Array);
  if (receipt.extra === undefined)
    throw invalid("the receipt does not carry its entry, so it proves nothing by itself");
  const { entry, opening } = parseDisclosure(receipt.extra);
  const verified = await verifyReceipt({ ...claim, entry, receipt });
  const envelope = readEnvelope(entry, receipt.index);
  if (opening === undefined) return { ...verified, envelope };
  await verifyOpening(envelope, opening, primitives);
  return { ...verified, envelope, payload: opening.payload };
}

/** Returns if this is the payload that the entry commits to; throws `RECEIPT_INVALID` otherwise. */
export async function verifyOpening(
  { c, i }: Envelope,
  { payload, salt }: Opening,
  primitives: Primitives = webPrimitives,
): Promise<void> {
  if (encodeBase64(await commitment(salt, payload, primitives)) !== c)
    throw invalid(`the record is not the one that entry ${i} commits to`);
}

/** The tree says where the entry stands, and the entry says so as well. @throws LedgerError RECEIPT_INVALID */
export function readEnvelope(entry: Uint8Array, index: number): Envelope {
  const envelope = parseEnvelope(entry);
  if (envelope.i !== index) throw invalid(`the entry says that it is entry ${envelope.i}, not ${index}`);
  return envelope;
}

function invalid(why: string): LedgerError {
  return new LedgerError("RECEIPT_INVALID", why);
}
