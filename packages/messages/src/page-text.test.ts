import { expect, test } from "vitest";
import { isPageKey, pagePlural, pageText } from "./page-text.ts";

test("a text is filled with its parameters", () => {
  expect(pageText("filter.use", { value: "shop" })).toBe("Use “shop”");
  expect(pageText("filter.use")).toBe("Use “{value}”");
});

test("a number chooses its form and is written as people write it", () => {
  expect(pagePlural("header.entries", 1)).toBe("1 entry");
  expect(pagePlural("header.entries", 12_345)).toBe("12,345 entries");
});

test("an inherited member is not a key", () => {
  expect(isPageKey("toString")).toBe(false);
  expect(isPageKey("result.denied")).toBe(true);
});
