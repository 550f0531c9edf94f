import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { commitment } from "./commitment.ts";

it("a commitment is the hash of a label, the salt and the payload", async () => {
  const salt = Buffer.alloc(16, 7);
  const payload = Buffer.from('{"a":1}');
  const expected = createHash("sha256").update("ledger/payload/v1\0").update(salt).update(payload).digest();
  expect(Buffer.from(await commitment(salt, payload))).toEqual(expected);
});

it("a commitment cannot be opened with the border between salt and payload moved", async () => {
  await expect(commitment(Buffer.alloc(15), Buffer.alloc(2))).rejects.toThrow(RangeError);
  await expect(commitment(Buffer.alloc(17), Buffer.alloc(0))).rejects.toThrow(RangeError);
});
