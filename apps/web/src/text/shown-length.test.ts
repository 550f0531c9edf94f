import { expect, test } from "vitest";
import { shownLength } from "./shown-length.ts";

test("a short text is shown whole, a long one in growing parts, and at last whole", () => {
  expect(shownLength("short", 1)).toBe(5);
  const long = "x".repeat(1_000_000);
  const lengths = [1, 2, 3, 4, 5].map((chunks) => shownLength(long, chunks));
  expect(lengths).toEqual([8_000, 32_000, 128_000, 512_000, 1_000_000]);
});

test("a character is never cut in half", () => {
  expect(shownLength(`x${"🙂".repeat(8_000)}`, 1)).toBe(7_999);
});
