import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENVELOPE_BYTES_MAX, type Envelope, formatEnvelope, parseEnvelope } from "./envelope.ts";

/** Required, because its types describe another kind of module than it is. */
const canonicalize = createRequire(import.meta.url)("canonicalize") as (value: unknown) => string | undefined;

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));
const count = fc.oneof(
  fc.nat(),
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc.constant(Number.MAX_SAFE_INTEGER),
);
const text = (letters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });
const reference = text(BASE64URL, 22, 22);

const members = {
  c: hash,
  e: count.map((epoch) => Math.max(1, epoch)),
  i: count,
  k: text(BASE64URL, 16, 16),
  len: count,
  n: count,
  p: hash,
  sq: count,
  src: reference,
  t: text("abcdefghijklmnopqrstuvwxyz0123456789.-", 1, 64),
  ten: reference,
  ts: count,
  v: fc.constant(1 as const),
  x: hash,
};
const anyEnvelope: fc.Arbitrary<Envelope> = fc.oneof(
  fc.record(members),
  fc.record({ ...members, ses: reference }),
  fc.record({ ...members, ses: reference, sp: hash }),
);

const example: Envelope = {
  c: Buffer.alloc(32, 1).toString("base64"),
  e: 1,
  i: 41,
  k: "AAAAAAAAAAAAAAAA",
  len: 1024,
  n: 3,
  p: Buffer.alloc(32, 2).toString("base64"),
  ses: "s".repeat(22),
  sp: Buffer.alloc(32, 3).toString("base64"),
  sq: 7,
  src: "r".repeat(22),
  t: "action.final",
  ten: "t".repeat(22),
  ts: 1_700_000_000_000,
  v: 1,
  x: Buffer.alloc(32, 4).toString("base64"),
};
const exampleText = formatEnvelope(example);

describe("an envelope", () => {
  it("is canonical JSON, and read back as it was", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        const text = formatEnvelope(envelope);
        expect(text).toBe(canonicalize(envelope));
        expect(parseEnvelope(Buffer.from(text))).toEqual(envelope);
        expect(text.length).toBeLessThan(ENVELOPE_BYTES_MAX);
      }),
      { numRuns: 1000 },
    );
  });

  it("with any bit flipped is refused, or is another envelope and says so in its text", () => {
    const bytes = Buffer.from(exampleText);
    let refused = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const envelope = tryToParse(flipped);
      if (envelope === undefined) refused++;
      else expect(formatEnvelope(envelope)).toBe(flipped.toString());
    }
    // Its keys, its punctuation, and the highest bit of each byte, at least.
    expect(refused).toBeGreaterThan(bytes.length * 2);
  });

  it("has its members' names and punctuation fixed to the bit", () => {
    const bytes = Buffer.from(exampleText);
    for (const { index } of exampleText.matchAll(/[{}":,]|[a-z]+(?=":)/g)) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(bytes);
        flipped[index]! ^= 1 << bit;
        expect(tryToParse(flipped), flipped.toString("latin1")).toBeUndefined();
      }
    }
  });
});

describe("what is not an envelope", () => {
  const change = (from: string | RegExp, to: string): string => exampleText.replace(from, to);

  it.each([
    ["nothing", ""],
    ["an empty object", "{}"],
    ["a list", `[${exampleText}]`],
    ["space before it", ` ${exampleText}`],
    ["a newline after it", `${exampleText}\n`],
    ["a byte order mark", `\ufeff${exampleText}`],
    ["space within", change('"e":1', '"e": 1')],
    ["an unknown member", change('"v":1', '"u":1,"v":1')],
    ["a missing member", change('"n":3,', "")],
    ["a member twice", change('"e":1', '"e":1,"e":1')],
    ["members in another order", change('"e":1,"i":41', '"i":41,"e":1')],
    ["an escaped name", change('"e"', '"\\u0065"')],
    ["an escaped value", change("action", "\\u0061ction")],
    ["a leading zero", change('"i":41', '"i":041')],
    ["a plus", change('"i":41', '"i":+41')],
    ["a fraction", change('"i":41', '"i":41.0')],
    ["an exponent", change('"i":41', '"i":4e1')],
    ["a negative number", change('"i":41', '"i":-41')],
    ["a negative zero", change('"i":41', '"i":-0')],
    ["a number in quotes", change('"i":41', '"i":"41"')],
    ["a number above 2^53 - 1", change('"i":41', '"i":9007199254740992')],
    ["a number above 2^53 - 1 that reads as a smaller one", change('"i":41', '"i":9007199254740993')],
    ["epoch zero", change('"e":1', '"e":0')],
    ["another version", change('"v":1', '"v":2')],
    ["null for what is absent", change(/"ses":"s+"/, '"ses":null')],
    ["a session's chain without a session", change(/"ses":"s+",/, "")],
    ["a short hash", change("AQEBAQEB", "AQEB")],
    ["a hash without padding", change('=",', '",')],
    ["a hash with bits in its padding", change("AQE=", "AQF=")],
    ["a hash in base64url", change("AQEB", "_QEB")],
    ["a long reference", change("ssss", "sssss")],
    ["a reference in base64", change("ssss", "ss+s")],
    ["a short key id", change("AAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA")],
    ["no type", change("action.final", "")],
    ["a long type", change("action.final", "a".repeat(65))],
    ["a type in capitals", change("action", "Action")],
    ["a type with a line break", change("action", "action\n")],
    ["more than 4 KiB", change('"i":41', `"i":${" ".repeat(4096)}41`)],
  ])("%s", (_, text) => {
    expect(text).not.toBe(exampleText);
    expect(() => parseEnvelope(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: "ENVELOPE_MALFORMED" }),
    );
  });

  it("bytes that are not UTF-8", () => {
    const bytes = Buffer.from(exampleText);
    bytes[5] = 0xff;
    expect(tryToParse(bytes)).toBeUndefined();
  });
});

function tryToParse(bytes: Uint8Array): Envelope | undefined {
  try {
    return parseEnvelope(bytes);
  } catch (error) {
    expect(error).toMatchObject({ name: "LedgerError", code: "ENVELOPE_MALFORMED" });
    return undefined;
  }
}
