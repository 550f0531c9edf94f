import fc from "fast-check";
import { expect, test } from "vitest";
import { readUint64, writeUint64 } from "./uint64.ts";

test("a count is written as Node writes it by way of BigInt, and read back", () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.nat({ max: 8 }), (value, offset) => {
      const expected = Buffer.alloc(16);
      expected.writeBigUInt64BE(BigInt(value), offset);
      const target = Buffer.alloc(16);
      writeUint64(target, value, offset);
      expect(target).toEqual(expected);
      expect(readUint64(target, offset)).toBe(value);
    }),
  );
});

test("any eight bytes are read as Node reads them by way of BigInt", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      expect(readUint64(buffer, 0)).toBe(Number(buffer.readBigUInt64BE(0)));
    }),
  );
});
