import { SignatureError } from "../error.ts";

/** SEQUENCE { r INTEGER, s INTEGER } in DER (RFC 3279, section 2.2.3) as Web Crypto has it: r and s, each `width` bytes. */
export function fromDer(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const [r, afterR] = integer(bytes, 2, width);
  const [s, afterS] = integer(bytes, afterR, width);
  // Signatures of these curves are shorter than 128 bytes, so the length is one byte.
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2 || afterS !== bytes.length) throw malformed();
  const joined = new Uint8Array(2 * width);
  joined.set(r, width - r.length);
  joined.set(s, 2 * width - s.length);
  return joined;
}

/** A positive integer without its leading zero, and where it ends. */
function integer(bytes: Uint8Array, at: number, width: number): [Uint8Array, number] {
  const length = bytes[at + 1] ?? 0;
  const end = at + 2 + length;
  const value = bytes.subarray(at + 2, end);
  const digits = value[0] === 0 ? value.subarray(1) : value;
  if (bytes[at] !== 0x02 || length === 0 || value.length !== length || digits.length > width)
    throw malformed();
  return [digits, end];
}

function malformed(): SignatureError {
  return new SignatureError("SIGNATURE_MALFORMED", "the signature is no pair of integers in DER");
}
