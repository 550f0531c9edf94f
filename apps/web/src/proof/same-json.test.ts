import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameJson } from "./same-json.ts";

test("the order of members does not count, and everything else does", () => {
  expect(isSameJson({ a: 1, b: [null, "x"] }, { b: [null, "x"], a: 1 })).toBe(true);
  for (const [a, b] of [
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [{ a: undefined }, { b: undefined }],
    [null, {}],
    ["1", 1],
    [JSON.parse('{"__proto__":1}'), {}],
  ])
    expect(isSameJson(a, b), JSON.stringify([a, b])).toBe(false);
});

test("a value is the same as its copy, and differs from every other value's", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(isSameJson(a, JSON.parse(JSON.stringify(a)))).toBe(true);
      if (isSameJson(a, b)) expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    }),
  );
});
