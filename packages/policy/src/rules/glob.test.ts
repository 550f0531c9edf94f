import fc from "fast-check";
import { expect, test } from "vitest";
import { compileGlob } from "./glob.ts";

test.each([
  ["a", "a", true],
  ["a", "ab", false],
  ["*", "", true],
  ["DROP *", "DROP TABLE", true],
  ["DROP *", "DROP", false],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["*b*c*", "abcd", true],
  ["*b*c*", "acbd", false],
  ["a.b", "axb", false],
])("%s and %s: %s", (pattern, text, expected) => {
  expect(compileGlob(pattern, { ignoreCase: false })(text)).toBe(expected);
});

test("it is what a regular expression would say", () => {
  const letters = fc
    .array(fc.constantFrom("a", "b", "*", "."), { maxLength: 8 })
    .map((list) => list.join(""));
  fc.assert(
    fc.property(letters, letters, (pattern, text) => {
      const escaped = pattern.replaceAll(".", "\\.").replaceAll("*", "[^]*");
      expect(compileGlob(pattern, { ignoreCase: false })(text)).toBe(new RegExp(`^${escaped}$`).test(text));
    }),
  );
});

test("many stars take no longer", () => {
  const matches = compileGlob(`${"*a".repeat(100)}*b`, { ignoreCase: true });
  const start = performance.now();
  expect(matches("a".repeat(100_000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(30_000);
});
