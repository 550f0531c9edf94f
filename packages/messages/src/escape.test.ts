import fc from "fast-check";
import { expect, test } from "vitest";
import { escapedJson, escapedParts, escapeText } from "./escape.ts";

test.each([
  ["an escape sequence", "\x1b[2J", "\\u{1b}[2J"],
  ["a C1 control", "\x9b31m", "\\u{9b}31m"],
  ["a right-to-left override", "a\u202eb", "a\\u{202e}b"],
  ["an isolate", "\u2066x\u2069", "\\u{2066}x\\u{2069}"],
  ["a zero-width space and joiner", "a\u200b\u200d", "a\\u{200b}\\u{200d}"],
  ["a byte order mark", "\ufeffa", "\\u{feff}a"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
  ["a tag character", "a\u{e0041}", "a\\u{e0041}"],
  ["a variation selector", "a\ufe0f", "a\\u{fe0f}"],
  ["a filler that looks like nothing", "a\u3164", "a\\u{3164}"],
  ["a new line", "SELECT 1 --\nDROP", "SELECT 1 --\\nDROP"],
  ["a delete", "\x7f", "\\u{7f}"],
])("%s is shown by its number", (_, text, shown) => {
  expect(escapeText(text)).toBe(shown);
});

test("text in any language stays as it is", () => {
  for (const text of ["Größe", "日本語", "שלום", "naïve 🙂 'quoted' \\d"])
    expect(escapeText(text)).toBe(text);
});

const dangerous = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

test("nothing dangerous ever comes out, and JSON keeps its value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(escapeText(text)).not.toMatch(dangerous);
      expect(escapedJson({ text })).not.toMatch(dangerous);
      expect(JSON.parse(escapedJson({ text }))).toEqual({ text });
    }),
    { numRuns: 2000 },
  );
  expect(JSON.parse(escapedJson("\u{e0041}\x9b"))).toBe("\u{e0041}\x9b");
});

test("the parts of a text are what is shown, with what was escaped told apart", () => {
  expect(escapedParts("a\u202eb")).toEqual([
    { text: "a", isEscaped: false },
    { text: "\\u{202e}", isEscaped: true },
    { text: "b", isEscaped: false },
  ]);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = escapedParts(text).map((part) => part.text);
      expect(shown.join("")).toBe(escapeText(text));
    }),
  );
});
