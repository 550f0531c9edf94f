import fc from "fast-check";
import { expect, test } from "vitest";
import { reveal } from "./reveal.ts";

test.each([
  ["DELETE FROM usеrs", "DELETE FROM us\\u{435}rs", /look like Latin/],
  ["SELECT 1 -- \u202e;", "SELECT 1 -- \\u{202e};", /not shown/],
  ["a\u200bb", "a\\u{200b}b", /not shown/],
  ["WHERE a = \u2019x\u2019", "WHERE a = \\u{2019}x\\u{2019}", /sign of SQL/],
  ["DROP\u00a0TABLE t", "DROP\\u{a0}TABLE t", /sign of SQL/],
])("%j is shown as it is", (given, text, warning) => {
  const revealed = reveal(given);
  expect(revealed.text).toBe(text);
  expect(revealed.warnings.join()).toMatch(warning);
});

test.each(["SELECT 'Größe'", "INSERT INTO заказы VALUES (1)", "a\n  b", "SELECT 'naïve 🙂 日本語'"])(
  "%j is what it seems",
  (given) => expect(reveal(given)).toEqual({ text: given, warnings: [] }),
);

test("whatever comes, no line of it moves a cursor, and a change is always told", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (given) => {
      const { text, warnings } = reveal(given);
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      if (text !== given) expect(warnings).not.toEqual([]);
    }),
  );
});
