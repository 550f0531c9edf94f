import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "./base64.ts";

describe("base64", () => {
  it("is written as the platform writes it, and read back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it("is only read when it is what would be written", () => {
    const almost = fc.string({ unit: fc.constantFrom(..."AQZaz09+/=-_ \n"), maxLength: 12 });
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: "binary", maxLength: 12 })), (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(text);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    "A",
    "AA",
    "AAA",
    "A===",
    "====",
    "AB==",
    "AAB=",
    "AA==AA==",
    "AA=A",
    "AA==\n",
    " AA==",
    "AA-_",
    "AAAÃ",
  ])("refuses %j", (text) => expect(decodeBase64(text)).toBeUndefined());
});
