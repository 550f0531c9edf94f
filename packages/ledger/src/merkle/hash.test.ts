import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyRoot, hashLeaf, hashLeafInto, hashNodeInto } from "./hash.ts";

function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

describe("the hashes of RFC 6962", () => {
  it("give the known values for an empty tree and an empty leaf", () => {
    expect(emptyRoot().toString("hex")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(hashLeaf(Buffer.alloc(0)).toString("hex")).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
  });

  it("are SHA-256 with a prefix, for leaves of any length up to the limit", () => {
    for (const length of [0, 1, 500, 4095, 4096, 4097, 20_000, 65_535, 3]) {
      const entry = Buffer.alloc(length, length % 251);
      expect(hashLeaf(entry)).toEqual(sha256(Buffer.of(0), entry));
    }
  });

  it("are written where they were asked for, and nowhere else", () => {
    const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(hashes, hashes, fc.nat({ max: 64 }), (left, right, offset) => {
        const target = Buffer.alloc(96, 0xaa);
        hashNodeInto(target, offset, left, 0, right, 0);
        expect(target.subarray(offset, offset + 32)).toEqual(sha256(Buffer.of(1), left, right));
        target.fill(0xaa, offset, offset + 32);
        expect(target).toEqual(Buffer.alloc(96, 0xaa));
      }),
    );
  });

  it("may replace one of the two nodes", () => {
    const slab = Buffer.concat([sha256(Buffer.of(1)), sha256(Buffer.of(2))]);
    const expected = sha256(Buffer.of(1), slab);
    hashNodeInto(slab, 32, slab, 0, slab, 32);
    expect(slab.subarray(32)).toEqual(expected);
  });

  it("refuse to be cut off", () => {
    expect(() => hashLeafInto(Buffer.alloc(63), 32, Buffer.alloc(1))).toThrow(RangeError);
    expect(() => hashNodeInto(Buffer.alloc(32), 0, Buffer.alloc(31), 0, Buffer.alloc(32), 0)).toThrow(
      RangeError,
    );
  });
});
