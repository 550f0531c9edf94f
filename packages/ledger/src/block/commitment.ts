import { hash } from "node:crypto";

const LABEL = Buffer.from("ledger/payload/v1\0", "latin1");

/** The label and what is hashed behind it; grows to the largest payload that was seen. */
let scratch = Buffer.alloc(64 * 1024);
LABEL.copy(scratch, 0);

/**
 * The commitment to a salted payload: SHA-256(label ‖ salt ‖ payload) in base64, where salt and payload stand together
 * in `bytes` from `start` to `end`. The same value as the verifier's `commitment`, synchronously and without allocating:
 * writer and reader compute it for every entry.
 */
export function commitmentOf(bytes: Buffer, start: number, end: number): string {
  const size = LABEL.length + end - start;
  if (size > scratch.length) {
    scratch = Buffer.alloc(size * 2);
    LABEL.copy(scratch, 0);
  }
  bytes.copy(scratch, LABEL.length, start, end);
  return hash("sha256", scratch.subarray(0, size), "base64");
}

/** How many bytes `commitmentInPlace` needs before a salt. */
export const COMMITMENT_LABEL_BYTES: number = LABEL.length;

/**
 * The same, for whoever writes payloads one behind the other and begins with the last: the label is put into the bytes
 * before `start`, which are still free then, so that nothing is copied.
 */
export function commitmentInPlace(bytes: Buffer, start: number, end: number): string {
  const begin = start - LABEL.length;
  for (let at = 0; at < LABEL.length; at += 1) bytes[begin + at] = LABEL[at] as number;
  return hash("sha256", bytes.subarray(begin, end), "base64");
}
