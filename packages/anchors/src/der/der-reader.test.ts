import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnchorError } from "../error.ts";
import { DerReader } from "./der-reader.ts";
import { encode, encodeInteger, encodeOid, encodeSequence } from "./encode.ts";
import { tags } from "./tags.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const read = (bytes: Buffer) => new DerReader(bytes, "test");

/** An object identifier as it may be: the second number is below 40 unless the first is 2. */
const oids = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0n, 1n),
      fc.bigInt({ min: 0n, max: 39n }),
      fc.array(fc.bigInt({ min: 0n, max: 2n ** 130n }), { maxLength: 2 }),
    )
    .map(([first, second, rest]) => [first, second, ...rest].join(".")),
  fc.bigInt({ min: 0n, max: 2n ** 130n }).map((second) => `2.${second}`),
);

describe("what we encode, we decode", () => {
  test("integers", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (value) => {
        const reader = read(encodeInteger(value));
        expect(reader.integer()).toBe(value);
        reader.finish();
      }),
    );
  });

  test("object identifiers", () => {
    fc.assert(fc.property(oids, (oid) => read(encodeOid(oid)).oid() === oid));
    expect(encodeOid("1.2.840.113549.1.7.2")).toEqual(hex("06 09 2a 86 48 86 f7 0d 01 07 02"));
  });

  test("octets of any length, in a sequence", () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 127, 128, 255, 256, 65_535, 65_536, 70_000), (length) => {
        const octets = Buffer.alloc(length, 7);
        const inside = read(encodeSequence(encode(tags.octetString, octets))).inside();
        expect(inside.octets().equals(octets)).toBe(true);
        inside.finish();
      }),
    );
  });
});

test.for<[why: string, bytes: string, use: (reader: DerReader) => unknown]>([
  ["it ends too early", "", (reader) => reader.takeAny()],
  ["it ends too early", "04", (reader) => reader.takeAny()],
  ["points past its end", "04 02 00", (reader) => reader.takeAny()],
  ["points past its end", "04 84 ff ff ff ff 00", (reader) => reader.takeAny()],
  ["indefinite or too long", "30 80 00 00", (reader) => reader.takeAny()],
  ["indefinite or too long", "30 85 00 00 00 00 01 00", (reader) => reader.takeAny()],
  ["longer than it must be", "04 81 01 00", (reader) => reader.takeAny()],
  ["longer than it must be", "04 82 00 80", (reader) => reader.takeAny()],
  ["longer than one byte", "1f 81 01 00", (reader) => reader.takeAny()],
  ["no value of type 48", "04 01 00", (reader) => reader.inside()],
  ["an integer is empty", "02 00", (reader) => reader.integer()],
  ["an integer is longer", "02 02 00 7f", (reader) => reader.integer()],
  ["an integer is longer", "02 02 ff 80", (reader) => reader.integer()],
  ["an object identifier", "06 00", (reader) => reader.oid()],
  ["an object identifier", "06 02 2a 86", (reader) => reader.oid()],
  ["an object identifier", "06 03 2a 80 01", (reader) => reader.oid()],
  ["a boolean is neither", "01 01 01", (reader) => reader.boolean()],
  ["a boolean is neither", "01 02 ff ff", (reader) => reader.boolean()],
  ["a time is malformed", `17 0b ${Buffer.from("2611270612Z").toString("hex")}`, (reader) => reader.timeMs()],
  [
    "a time is malformed",
    `0c 0d ${Buffer.from("261127061219Z").toString("hex")}`,
    (reader) => reader.timeMs(),
  ],
  ["there is more in it", "05 00 05 00", (reader) => [reader.takeAny(), reader.finish()]],
])("refuses bytes because %s: %s", ([why, bytes, use]) => {
  expect(() => use(read(hex(bytes)))).toThrow(expect.objectContaining({ code: "EVIDENCE_MALFORMED" }));
  expect(() => use(read(hex(bytes)))).toThrow(why);
});

test.for<[written: string, iso: string]>([
  ["20261127061219Z", "2026-11-27T06:12:19.000Z"],
  ["20261127061219.4Z", "2026-11-27T06:12:19.400Z"],
  ["20261127061219.4269Z", "2026-11-27T06:12:19.426Z"],
  ["490101000000Z", "2049-01-01T00:00:00.000Z"],
  ["500101000000Z", "1950-01-01T00:00:00.000Z"],
])("reads the time %s", ([written, iso]) => {
  const tag = written.length === 13 ? tags.utcTime : tags.generalizedTime;
  expect(new Date(read(encode(tag, Buffer.from(written))).timeMs()).toISOString()).toBe(iso);
});

test("negative integers are read as such", () => {
  expect(read(hex("02 01 ff")).integer()).toBe(-1n);
  expect(read(hex("02 02 ff 7f")).integer()).toBe(-129n);
});

test("any bytes are read or refused with an error of ours", () => {
  const uses: ((reader: DerReader) => unknown)[] = [
    (reader) => reader.takeAny(),
    (reader) => reader.integer(),
    (reader) => reader.oid(),
    (reader) => reader.boolean(),
    (reader) => reader.timeMs(),
    (reader) => reader.inside().inside(),
  ];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...uses), fc.nat(48), (bytes, use, tag) => {
      const buffer = Buffer.from(bytes);
      if (buffer.length > 1) buffer.writeUInt8(tag, 0);
      try {
        use(read(buffer));
      } catch (error) {
        expect(error).toBeInstanceOf(AnchorError);
      }
    }),
    { numRuns: 2000 },
  );
});
