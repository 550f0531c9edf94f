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
