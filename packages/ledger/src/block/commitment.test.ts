import fc from "fast-check";
import { expect, test } from "vitest";
import { digestBytes } from "../merkle/digest.ts";
import { commitment } from "../verifier/commitment.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { commitmentOf, copiedCommitmentOf } from "./commitment.ts";

test("it is what the verifier computes, wherever salt and payload stand, and leaves what stands around them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.nat({ max: 40 }),
      async (salt, payload, start) => {
        const expected = await commitment(salt, payload, nodePrimitives);
        const bytes = Buffer.concat([Buffer.alloc(start, 0xaa), salt, payload, Buffer.alloc(9, 0xbb)]);
        const before = Buffer.from(bytes);
        const found = commitmentOf(bytes, start, start + salt.length + payload.length);
        expect(digestBytes(found)).toEqual(Buffer.from(expected));
        const copied = copiedCommitmentOf(bytes, start, start + salt.length + payload.length);
        expect(copied).toBe(found);
        expect(bytes).toEqual(before);
      },
    ),
  );
});
