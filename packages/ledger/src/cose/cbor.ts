import { decode, encode, rfc8949EncodeOptions } from "cborg";

/**
 * CBOR in its one deterministic form (RFC 8949, section 4.2.1): shortest numbers and lengths, members of maps in the
 * order of their encoded labels.
 */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value, rfc8949EncodeOptions);
}

/**
 * Maps come back as `Map`, since their labels are numbers. Not everything that is not deterministic is refused here: the
 * caller encodes again what it understood, and compares. Throws whatever it likes; no tag is known.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  return decode(bytes, {
    allowIndefinite: false,
    allowInfinity: false,
    allowNaN: false,
    allowUndefined: false,
    rejectDuplicateMapKeys: true,
    strict: true,
    useMaps: true,
  });
}
