import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeParameter } from "./decode-parameter.ts";
import { elementOf, typeName } from "./type-names.ts";

const builtIn = Array.from({ length: 10_000 }, (_, oid) => oid).filter(
  (oid) => !typeName(oid).startsWith("oid:"),
);

describe("what cannot be read stays in hex", () => {
  test.each<[string, number, 0 | 1, Buffer, string]>([
    ["text that is not UTF-8", 25, 0, Buffer.from([0xff]), "UTF8"],
    ["text in an encoding that we do not read", 25, 0, Buffer.from("é"), "WIN1252"],
    ["binary of a type without decoder", 3614, 1, Buffer.from([1, 2]), "UTF8"],
    ["binary of no type", 0, 1, Buffer.from([1, 2]), "UTF8"],
    ["an int4 of three bytes", 23, 1, Buffer.from([1, 2, 3]), "UTF8"],
    ["a jsonb of version 2", 3802, 1, Buffer.from("\u0002{}"), "UTF8"],
    [
      "an array that promises more than it has",
      1007,
      1,
      Buffer.from("00000001000000000000001700007fff00000001", "hex"),
      "UTF8",
    ],
  ])("%s", (_name, oid, format, bytes, encoding) => {
    expect(decodeParameter(1, oid, format, bytes, encoding)).toEqual({
      hex: bytes.toString("hex"),
      index: 1,
      type: typeName(oid),
    });
  });
});

test("null has neither value nor hex", () => {
  expect(decodeParameter(3, 23, 1, null, "UTF8")).toEqual({ index: 3, null: true, type: "int4" });
});

test("a value in text form stays as the client wrote it", () => {
  expect(decodeParameter(1, 23, 0, Buffer.from(" 007"), "UTF8").value).toBe(" 007");
  expect(decodeParameter(1, 25, 0, Buffer.from("\xe9", "latin1"), "LATIN1").value).toBe("é");
  expect(decodeParameter(1, 25, 0, Buffer.from("é"), "SQL_ASCII").value).toBe("é");
  expect(decodeParameter(1, 25, 0, Buffer.from(""), "UTF8").value).toBe("");
});

test("any bytes, for any type, give a value or their own hex, and never an error", () => {
  const arrays = builtIn.filter((oid) => elementOf(oid) !== undefined);
  const plausibleArray = fc
    .tuple(
      fc.constantFrom(...arrays),
      fc.integer({ min: -1, max: 7 }),
      fc.array(fc.integer({ min: -2, max: 5 })),
    )
    .map(([oid, dimensions, words]) => {
      const numbers = [dimensions, 0, elementOf(oid) ?? 0, ...words];
      const bytes = Buffer.alloc(4 * numbers.length);
      for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 4 * index);
      return { oid, bytes };
    });
  const anything = fc.record({
    oid: fc.constantFrom(...builtIn),
    bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.oneof(anything, plausibleArray), ({ oid, bytes }) => {
      const { hex, value } = decodeParameter(1, oid, 1, bytes, "UTF8");
      expect((hex === undefined) !== (value === undefined)).toBe(true);
      if (hex !== undefined) expect(hex).toBe(bytes.toString("hex"));
    }),
    { numRuns: 20_000 },
  );
});
