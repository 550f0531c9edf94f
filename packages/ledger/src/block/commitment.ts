import { type Digest, sha256 } from "../merkle/digest.ts";

const LABEL = Buffer.from("ledger/payload/v1\0", "latin1");

/** How many bytes before a salt the label takes the place of. */
export const COMMITMENT_LABEL_BYTES: number = LABEL.length;

/** What stood there meanwhile. */
const covered = Buffer.alloc(LABEL.length);

/**
 * The commitment to a salted payload: SHA-256(label ‖ salt ‖ payload), where salt and payload stand together in `bytes`
 * from `start` to `end`. The same value as the verifier's `commitment`, synchronously and without copying.
 *
 * While it is hashed, the label stands before the salt. So the memory must be the caller's alone: not even a write to a
 * file that is under way may use it.
 */
export function commitmentOf(bytes: Buffer, start: number, end: number): Digest {
  const begin = start - LABEL.length;
  // Only the first payload of a block has no room before it.
  if (begin < 0) return copiedCommitmentOf(bytes, start, end);
  for (let at = 0; at < LABEL.length; at += 1) {
    covered[at] = bytes[begin + at] as number;
    bytes[begin + at] = LABEL[at] as number;
  }
  const commitment = sha256(bytes.subarray(begin, end));
  for (let at = 0; at < LABEL.length; at += 1) bytes[begin + at] = covered[at] as number;
  return commitment;
}

/** The label and what is hashed behind it; grows to the largest payload that was seen. */
let scratch = Buffer.alloc(64 * 1024);
LABEL.copy(scratch, 0);

/** The same for memory that somebody else may be reading. */
export function copiedCommitmentOf(bytes: Buffer, start: number, end: number): Digest {
  const size = LABEL.length + end - start;
  if (size > scratch.length) {
    scratch = Buffer.alloc(size * 2);
    LABEL.copy(scratch, 0);
  }
  bytes.copy(scratch, LABEL.length, start, end);
  return sha256(scratch.subarray(0, size));
}
