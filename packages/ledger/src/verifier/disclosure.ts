/**
 * What a receipt of ours carries as its extra data: the entry alone, or the entry and what opens its commitment, so that
 * whoever has the receipt can read the record without any key, and check that it is the one that was recorded:
 *
 *     <envelope>
 *     <envelope> <0x0A> <salt, 16 bytes> <payload>
 *
 * An envelope is one line of JSON, so the first newline ends it.
 */
import { LedgerError } from "../error.ts";
import { concatBytes } from "./bytes.ts";
import { SALT_BYTES } from "./commitment.ts";

const NEWLINE = 0x0a;

/** The payload of an entry, and the salt that its commitment covers with it. */
export interface Opening {
  readonly payload: Uint8Array;
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

export interface Disclosure {
  /** The bytes that the tree covers: an envelope, if a ledger of ours wrote them. */
  readonly entry: Uint8Array;
  readonly opening?: Opening;
}

/** Takes extra data apart, without checking what it claims. @throws LedgerError RECEIPT_MALFORMED */
export function parseDisclosure(extra: Uint8Array): Disclosure {
  const end = extra.indexOf(NEWLINE);
  if (end === -1) return { entry: extra };
  const salted = extra.subarray(end + 1);
  if (salted.length < SALT_BYTES)
    throw new LedgerError("RECEIPT_MALFORMED", "Not a receipt: the record in it has no salt");
  const opening = { payload: salted.subarray(SALT_BYTES), salt: salted.subarray(0, SALT_BYTES) };
  return { entry: extra.subarray(0, end), opening };
}

/** Writes extra data; the reverse of `parseDisclosure`. */
export function formatDisclosure({ entry, opening }: Disclosure): Uint8Array {
  if (entry.includes(NEWLINE))
    throw new RangeError("an entry with a newline in it cannot be told from its record");
  if (opening === undefined) return entry;
  const { payload, salt } = opening;
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`);
  return concatBytes(entry, Uint8Array.of(NEWLINE), salt, payload);
}
