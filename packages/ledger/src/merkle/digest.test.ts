import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  digestBytes,
  digestOf,
  digestText,
  isDigestText,
  putDigest,
  putDigestText,
  sha256,
} from "./digest.ts";

const bytes = fc.uint8Array({ maxLength: 200 });

test("a digest is SHA-256, in every form, and written where it was asked for and nowhere else", () => {
  fc.assert(
    fc.property(bytes, fc.nat({ max: 20 }), (data, offset) => {
      const expected = createHash("sha256").update(data).digest();
      const digest = sha256(data);
      expect(digestBytes(digest)).toEqual(expected);
      expect(digestOf(expected)).toBe(digest);
      expect(digestText(digest)).toBe(expected.toString("base64"));
      const target = Buffer.alloc(64, 0xaa);
      putDigest(target, offset, digest);
      expect(target.subarray(offset, offset + 32)).toEqual(expected);
      expect(target.fill(0xaa, offset, offset + 32)).toEqual(Buffer.alloc(64, 0xaa));
      putDigestText(target, offset, digest);
      expect(target.toString("latin1", offset, offset + 44)).toBe(expected.toString("base64"));
      expect(target.fill(0xaa, offset, offset + 44)).toEqual(Buffer.alloc(64, 0xaa));
    }),
    { numRuns: 500 },
  );
});

test("a text is a digest's when it is its own, and no other", () => {
  fc.assert(
    fc.property(bytes, fc.nat({ max: 43 }), fc.integer({ min: 1, max: 255 }), (data, at, flip) => {
      const digest = sha256(data);
      const text = Buffer.from(`..${digestText(digest)}..`);
      expect(isDigestText(text, 2, digest)).toBe(true);
      expect(isDigestText(text, 2, sha256(Buffer.concat([data, Buffer.alloc(1)])))).toBe(false);
      text[2 + at] = (text[2 + at] as number) ^ flip;
      expect(isDigestText(text, 2, digest)).toBe(false);
    }),
  );
});

test("bytes that are no Unicode text come back as they were", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (data) => {
      const any = Buffer.from(data);
      expect(digestBytes(digestOf(any))).toEqual(any);
    }),
  );
  for (const filler of [0x00, 0xd8, 0xdf, 0xff]) {
    const any = Buffer.alloc(32, filler);
    expect(digestBytes(digestOf(any))).toEqual(any);
    const target = Buffer.alloc(44);
    putDigestText(target, 0, digestOf(any));
    expect(target.toString()).toBe(any.toString("base64"));
  }
});

test("a digest that does not fit is not cut off", () => {
  expect(() => putDigest(Buffer.alloc(40), 9, sha256(Buffer.alloc(0)))).toThrow(RangeError);
});
