import { join } from "node:path";
import { expect, test } from "vitest";
import { IndexFile } from "../file/index-file.ts";
import { randomFrom } from "../testing/random-records.ts";
import { temporaryDirectory } from "../testing/record-ledger.ts";
import { facetToken } from "./facet-tokens.ts";
import { beginningOf, plainText, wordsOf } from "./words.ts";

test.each([
  ["SELECT * FROM order_items", ["select", "from", "order", "items"]],
  ["Müller naïve ÅNGSTRÖM", ["muller", "naive", "angstrom"]],
  ["東京都 tokyo", ["東", "京", "都", "tokyo"]],
  ['"a" OR NOT b* NEAR(c) ^d col:e', ["a", "or", "not", "b", "near", "c", "d", "col", "e"]],
  ["'; drop table words; --", ["drop", "table", "words"]],
  ["same SAME Sáme", ["same"]],
  ["ﬁne ①", ["fine", "1"]],
  [" \u0000\t\n!?", []],
  ["\ue000s1 \ud800", ["s1"]],
])("%j has the words %j", (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test("the index takes any text apart as a search does", () => {
  const file = IndexFile.open(join(temporaryDirectory(), "words.db"), Buffer.alloc(32, 1));
  const random = randomFrom(9);
  const ranges = [
    [0, 128],
    [0, 128],
    [0x80, 0x250],
    [0x300, 0x600],
    [0x900, 0x1200],
    [0x3000, 0x9fff],
    [0xa000, 0xffff],
    [0x10000, 0x1ffff],
  ] as const;
  const texts = Array.from({ length: 400 }, () =>
    Array.from({ length: 30 }, () => {
      const [from, to] = ranges[random(ranges.length)] as readonly [number, number];
      return String.fromCodePoint(from + random(to - from));
    }).join(""),
  );
  file.transaction(() =>
    file.parts.addWords(
      texts.map((_, at) => at),
      texts.map(plainText),
    ),
  );
  for (const [at, text] of texts.entries()) {
    const words = wordsOf(text);
    if (words.length === 0) continue;
    const match = words.map((word) => `"${word}"`).join(" AND ");
    expect([text, file.parts.documents(match, at, at, 1)]).toEqual([text, [at]]);
    const one = `"${words[random(words.length)]}"`;
    const expected = texts.flatMap((each, number) =>
      wordsOf(each).includes(one.slice(1, -1)) ? [number] : [],
    );
    expect(file.parts.documents(one, 0, 1000, 1000)).toEqual(expected.reverse());
  }
  file.close();
});

test("documents are found in order across the tables that they stand in", () => {
  const file = IndexFile.open(join(temporaryDirectory(), "words.db"), Buffer.alloc(32, 1));
  const numbers = [5, 131_071, 131_072, 131_073, 262_143, 262_144, 500_000];
  file.transaction(() =>
    file.parts.addWords(
      numbers,
      numbers.map((number) => (number % 2 === 0 ? "even all" : "odd all")),
    ),
  );
  expect(file.parts.documents("all", 0, 1e9, 100)).toEqual([...numbers].reverse());
  expect(file.parts.documents("all", 6, 262_143, 100)).toEqual([262_143, 131_073, 131_072, 131_071]);
  expect(file.parts.documents("even", 0, 499_999, 2)).toEqual([262_144, 131_072]);
  expect(file.parts.documents("none", 0, 1e9, 2)).toEqual([]);
  file.close();
});

test("no word is the token of a filter", () => {
  const token = facetToken("agent", "robot");
  expect(plainText(token)).not.toContain("\ue000");
  expect(wordsOf(token)).not.toContain(token);
});

test("a long text is searched by its beginning, which ends with a whole character", () => {
  expect(beginningOf("short")).toBe("short");
  for (const character of ["a", "é", "東", "😀"]) {
    const beginning = beginningOf(character.repeat(10_000));
    expect(Buffer.byteLength(beginning)).toBeLessThanOrEqual(8192);
    expect(Buffer.byteLength(beginning)).toBeGreaterThan(8192 - 4);
    expect(new Set(beginning)).toEqual(new Set([character]));
  }
});
