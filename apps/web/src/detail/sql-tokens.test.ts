import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlTokens } from "./sql-tokens.ts";

const piece = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "'",
    '"',
    "$$",
    "$tag$",
    "/*",
    "*/",
    "--",
    "\n",
    "\\",
    "E'",
    "SELECT ",
    "$1",
    "1e",
    ".5",
    "::",
    "`",
  ),
);

test("the tokens of any text, joined, are the text", () => {
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      expect(
        sqlTokens(text)
          .map((token) => token.text)
          .join(""),
      ).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["/* a /* b */ c */ SELECT", "comment", "/* a /* b */ c */"],
  ["$x$ it's -- no $$ comment $x$;", "string", "$x$ it's -- no $$ comment $x$"],
  ["'it''s' || x", "string", "'it''s'"],
  ["E'a\\'b' x", "string", "E'a\\'b'"],
  ["-- DROP\nSELECT", "comment", "-- DROP"],
  ["$12 + 1", "parameter", "$12"],
  ["Delete FROM x", "keyword", "Delete"],
  ['"delete" FROM x', "name", '"delete"'],
])("%s begins with a %s", (text, kind, first) => {
  expect(sqlTokens(text)[0]).toEqual({ kind, text: first });
});

test("a megabyte of anything is cut in a moment", () => {
  for (const text of ["'", '"', "/*", "a", " ", "$a$", "\\'", "1", "$", "(", "E"]) {
    const long = text.repeat(2 ** 20 / text.length);
    const start = performance.now();
    sqlTokens(long);
    expect(performance.now() - start, text).toBeLessThan(60_000);
  }
});
