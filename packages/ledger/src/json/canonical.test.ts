import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LedgerError } from "../error.ts";
import { canonicalJson } from "./canonical.ts";

/** Required, because its types describe another kind of module than it is. */
const canonicalize = createRequire(import.meta.url)("canonicalize") as (value: unknown) => string | undefined;

describe("canonicalJson follows RFC 8785", () => {
  it("writes the example of section 3.2.2 as section 3.2.3 does", () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("sorts names by UTF-16 code units, as in section 3.2.3", () => {
    const value = JSON.parse(String.raw`{
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"\r":"Carriage Return","1":"One",` +
        '"\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign",' +
        '"😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  /** Appendix B: the bits of a double, and how it is written. */
  it.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("writes the number %s of appendix B as %s", (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, "hex").readDoubleBE())).toBe(text);
  });

  it.each(["7fffffffffffffff", "7ff0000000000000"])("refuses the number %s of appendix B", (bits) => {
    expectRefused(Buffer.from(bits, "hex").readDoubleBE());
  });
});

describe("canonicalJson agrees with an independent encoder", () => {
  const anyJson = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" });

  it("on any JSON value with any Unicode in it", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 2000 },
    );
  });

  it("on objects whose members are partly undefined", () => {
    const values = [
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    ];
    const objects = fc.dictionary(fc.string({ unit: "binary" }), fc.oneof(fc.constant(undefined), ...values));
    fc.assert(
      fc.property(objects, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 1000 },
    );
  });

  it("whether or not the value is frozen, and again when it comes from memory", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = canonicalJson(value);
        const frozen = freezeAll(structuredClone(value));
        expect(canonicalJson(frozen)).toBe(text);
        expect(canonicalJson([frozen, frozen])).toBe(`[${text},${text}]`);
      }),
    );
  });

  it("and gives the same text for the members in any order", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});

describe("canonicalJson remembers only what cannot change", () => {
  it("sees a change inside something that is frozen only on the outside", () => {
    const inner = { count: 1 };
    const outer = Object.freeze({ list: Object.freeze([inner]), sibling: Object.freeze({ a: 1 }) });
    expect(canonicalJson(outer)).toBe('{"list":[{"count":1}],"sibling":{"a":1}}');
    inner.count = 2;
    expect(canonicalJson(outer)).toBe('{"list":[{"count":2}],"sibling":{"a":1}}');
  });

  it("is not confused by an error in the middle of a frozen value", () => {
    const inner = { count: 1 };
    expectRefused(Object.freeze({ a: inner, b: Number.NaN }));
    const outer = Object.freeze({ inner });
    expect(canonicalJson(outer)).toBe('{"inner":{"count":1}}');
    inner.count = 2;
    expect(canonicalJson(outer)).toBe('{"inner":{"count":2}}');
  });

  it("does not mix up lists of names that look alike when joined", () => {
    expect(canonicalJson({ "a,b": 1, c: 2 })).toBe('{"a,b":1,"c":2}');
    expect(canonicalJson({ a: 1, "b,c": 2 })).toBe('{"a":1,"b,c":2}');
    for (let i = 0; i < 5000; i++)
      expect(canonicalJson({ z: i, [`name${i}`]: 0 })).toBe(`{"name${i}":0,"z":${i}}`);
  });

  it("encodes an object with more members than it remembers", () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${199 - i}`, i]));
    expect(canonicalJson(many)).toBe(canonicalize(many));
  });
});

describe("canonicalJson refuses what JSON cannot carry", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;

  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["an infinity", [Number.NEGATIVE_INFINITY]],
    ["undefined", undefined],
    ["undefined in an array", [undefined]],
    ["a hole in an array", new Array(1)],
    ["a function", { f: () => 0 }],
    ["a symbol", { s: Symbol("s") }],
    ["a bigint", { n: 1n }],
    ["a lone high surrogate", "a\ud83d"],
    ["a lone low surrogate", ["\ude00a"]],
    ["surrogates in the wrong order", "\ude00\ud83d"],
    ["a lone surrogate in a name", { "\ud83d": 1 }],
    ["a date", new Date(0)],
    ["a map", new Map([[1, 2]])],
    ["bytes", { bytes: new Uint8Array(2) }],
    ["a boxed string", Object("boxed")],
    ["a cycle", cycle],
  ])("%s", (_, value) => expectRefused(value));

  it("but takes an object without a prototype, and a member called __proto__", () => {
    expect(canonicalJson(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":2}}'))).toBe('{"__proto__":{"x":2},"b":1}');
  });
});

function expectRefused(value: unknown): void {
  let caught: unknown;
  try {
    canonicalJson(value);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(LedgerError);
  expect((caught as LedgerError).code).toBe("CANONICAL_UNSUPPORTED");
}

function freezeAll<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) freezeAll(member);
    Object.freeze(value);
  }
  return value;
}
