import { hash } from "node:crypto";
import { type Digest, sha256 } from "../merkle/digest.ts";

const LABEL = Buffer.from("ledger/payload/v1\0", "latin1");

/** How many bytes before a salt the label takes the place of. */
export const COMMITMENT_LABEL_BYTES: number = LABEL.length;

/** What stood there meanwhile. */
const covered = Buffer.alloc(LABEL.length);

/**
 * The commitment to a salted payload: SHA-256(label ‖ salt ‖ payload), where salt and payload stand together in `bytes`
 * from `start` to `end`. The same value as the verifier's `commitment`, synchronously and without copying: writer and
 * reader compute it for every entry.
 */
export function commitmentOf(bytes: Buffer, start: number, end: number): Digest {
  return withLabel(bytes, start, end, sha256);
}

/** The same in base64, as envelopes have it. */
export function commitmentTextOf(bytes: Buffer, start: number, end: number): string {
  return withLabel(bytes, start, end, (labelled) => hash("sha256", labelled, "base64"));
}

/** While it is hashed, the label stands before the salt, if there is room. Only the first payload of a block has none. */
function withLabel(bytes: Buffer, start: number, end: number, hashOf: (labelled: Buffer) => string): string {
  const begin = start - LABEL.length;
  if (begin < 0) return hashOf(Buffer.concat([LABEL, bytes.subarray(start, end)]));
  for (let at = 0; at < LABEL.length; at += 1) {
    covered[at] = bytes[begin + at] as number;
    bytes[begin + at] = LABEL[at] as number;
  }
  const commitment = hashOf(bytes.subarray(begin, end));
  for (let at = 0; at < LABEL.length; at += 1) bytes[begin + at] = covered[at] as number;
  return commitment;
}
