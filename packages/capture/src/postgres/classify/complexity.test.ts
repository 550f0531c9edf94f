import fc from "fast-check";
import { expect, test } from "vitest";
import { CaptureError } from "../../error.ts";
import { classify } from "./classify.ts";
import { isSimple } from "./complexity.ts";
import { loadParser, parse } from "./parser.ts";

await loadParser();

/** What stands before and behind one more level of nesting. */
const levels: readonly (readonly [before: string, behind: string])[] = [
  ["(SELECT ", ")"],
  ["(SELECT 1,", ")"],
  ["SELECT 1,1 UNION ", ""],
  ["", " EXCEPT SELECT 1,1"],
  ["1+", ""],
  ["- ", ""],
  ["NOT ", ""],
  ["f(1,", ")"],
  ["ARRAY[1,", "]"],
  ["ARRAY(SELECT ", ")"],
  ["CASE WHEN a THEN ", " END"],
  ["a IN (SELECT ", ")"],
  ["EXISTS (SELECT 1 WHERE ", ")"],
  ["", "::int"],
  ["", " COLLATE x"],
  ["", " ISNULL"],
  ["'('||", ""],
  ["E'\\'('||", ""],
  ["$$)$$||", ""],
  ["/*)*/-", ""],
];

test("what is taken for simple never breaks the parser", () => {
  // Optimised code needs more stack: see parser.ts.
  for (let round = 0; round < 2000; round += 1) parse(`SELECT a, f(b + 1) FROM t WHERE c = ${round}`);
  const nested = fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...levels), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 500, max: 9000 }),
    )
    .map(([kinds, depth]) => {
      const chosen = Array.from({ length: depth }, (_, index) => kinds[index % kinds.length] ?? ["", ""]);
      const behind = chosen.map((one) => one[1]).reverse();
      return `SELECT ${chosen.map((one) => one[0]).join("")}1${behind.join("")}`;
    });
  let taken = 0;
  fc.assert(
    fc.property(nested, (sql) => {
      if (!isSimple(sql)) return;
      taken += 1;
      // A syntax error, and the parser's own "memory exhausted", leave it whole.
      expect(reasonOf(sql)).not.toMatch(/too deeply|being replaced/);
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(50);
});

function reasonOf(sql: string): string {
  try {
    parse(sql);
    return "";
  } catch (error) {
    if (error instanceof CaptureError) return error.message;
    throw error;
  }
}

test.each([
  ["a long list", `SELECT 1 WHERE a IN (${"1, ".repeat(50_000)}1)`, true],
  ["many rows", `INSERT INTO t VALUES ${"(1, 'a(', lower('b')), ".repeat(8000)}(1, 2, 3)`, true],
  ["a condition of 500 parts", `SELECT 1 WHERE ${"a = 1 OR ".repeat(499)}${" ".repeat(8000)}a = 1`, true],
  ["a sum of 5000 parts", `SELECT ${"1 + ".repeat(5000)}1`, false],
  ["a union of 5000 parts", `SELECT 1, 2 ${" UNION SELECT 1, 2".repeat(5000)}`, false],
  ["2000 subqueries", `SELECT ${"(SELECT 1, ".repeat(2000)}1${")".repeat(2000)}`, false],
])("%s: %#", (_name, sql, expected) => {
  expect(isSimple(sql)).toBe(expected);
});

/** Whoever can make one statement cost seconds holds up the connections of all others with it. */
test.each([
  ["functions", `SELECT 1${times(12_000, (at) => `,f${at}()`)}`],
  [
    "common table expressions",
    `WITH x AS (SELECT 1)${times(7000, (at) => `,a${at} AS (SELECT 1)`)} SELECT 1`,
  ],
  [
    "recursive ones",
    `WITH RECURSIVE x AS (SELECT 1)${times(7000, (at) => `,a${at} AS (SELECT 1)`)} SELECT 1`,
  ],
  ["statements in Latin-1", Buffer.from(`/*\u00e9*/${"END;".repeat(20_000)}`, "latin1")],
])("thousands of %s take no longer than they are long", (_name, sql) => {
  const startMs = performance.now();
  classify(sql, { database: "shop" });
  expect(performance.now() - startMs).toBeLessThan(30_000);
});

test("what the lexer would read over and over is not for the line", () => {
  for (const sql of [
    `${"/*".repeat(10_000)}${"*/".repeat(10_000)}`,
    `SELECT ${"+".repeat(3000)}1 ${" ".repeat(4000)}`,
  ])
    expect(isSimple(sql)).toBe(false);
  expect(isSimple(`--${"-".repeat(200)}\nSELECT 1 ${" ".repeat(8000)}`)).toBe(true);
});

function times(count: number, make: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => make(at)).join("");
}
