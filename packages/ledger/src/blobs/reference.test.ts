import fc from "fast-check";
import { expect, test } from "vitest";
import { LedgerError } from "../error.ts";
import { BLOB_BYTES_MAX } from "../store/limits.ts";
import { formatBlobReference, parseBlobReference } from "./reference.ts";

const base64url = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((array) => Buffer.from(array).toString("base64url"));
const reference = fc.record({
  key: base64url(12),
  name: base64url(32),
  size: fc.integer({ min: 0, max: BLOB_BYTES_MAX }),
});

test("a reference is read back from its text", () => {
  fc.assert(
    fc.property(reference, (each) => {
      expect(parseBlobReference(formatBlobReference(each))).toEqual(each);
    }),
  );
});

test("any text is a reference in its one form, or is refused with an error of ours", () => {
  const near = reference.chain((each) => {
    const text = formatBlobReference(each);
    return fc
      .tuple(fc.nat(text.length), fc.string({ maxLength: 2 }), fc.nat(2))
      .map(([at, put, gone]) => text.slice(0, at) + put + text.slice(at + gone));
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (text) => {
      try {
        expect(formatBlobReference(parseBlobReference(text))).toBe(text);
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerError);
        expect(error).toMatchObject({ code: "BLOB_NAME_MALFORMED" });
      }
    }),
    { numRuns: 500 },
  );
});

const key = "AAAAAAAAAAAAAAAA";
const name = "A".repeat(43);

test.each([
  ["another version", `blob2:${key}:${name}:1`],
  ["a path in place of the key", `blob1:../../../../etc/:${name}:1`],
  ["a leading zero", `blob1:${key}:${name}:01`],
  ["no size", `blob1:${key}:${name}:`],
  ["a size beyond the limit", `blob1:${key}:${name}:${BLOB_BYTES_MAX + 1}`],
  ["a second spelling of the same bytes", `blob1:${key}:${"A".repeat(42)}B:1`],
  ["a newline behind", `blob1:${key}:${name}:1\n`],
])("a text with %s is no reference", (_, text) => {
  expect(() => parseBlobReference(text)).toThrow(expect.objectContaining({ code: "BLOB_NAME_MALFORMED" }));
});
