import fc from "fast-check";
import { expect, test } from "vitest";
import { effectsTable } from "../../../../../test/postgres/effects/table.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { classify, loadParser } from "./classify.ts";
import { classifyAnew } from "./classify-anew.ts";
import { literalFree } from "./literal-free.ts";
import { sourceText } from "./source-text.ts";

await loadParser();
const context = { database: "shop" };

test("the same text gives the same answer, the very same object", () => {
  expect(classify("SELECT a FROM t", context)).toBe(classify(Buffer.from("SELECT a FROM t"), context));
});

test("another database gives other objects", () => {
  const [here] = classify("SELECT a FROM t", context);
  const [there] = classify("SELECT a FROM t", { database: "other" });
  expect(here?.operations[0]?.objects[0]?.database).toBe("shop");
  expect(there?.operations[0]?.objects[0]?.database).toBe("other");
});

test("statements that differ in literals share their operations, and have texts and digests of their own", () => {
  const [first] = classify("SELECT a FROM accounts WHERE id = 1 AND name = 'it''s;'", context);
  const [second] = classify(" SELECT a FROM accounts WHERE id = 23456 AND name = 'ü' ; ", context);
  expect(second?.operations).toBe(first?.operations);
  expect(second?.fingerprint).toBe(first?.fingerprint);
  expect(second?.text).toBe("SELECT a FROM accounts WHERE id = 23456 AND name = 'ü'");
  expect([second?.start, second?.end]).toEqual([1, 56]);
  expect(second?.digest).not.toBe(first?.digest);
});

test.each([
  [
    "SELECT set_config('search_path', 'a', true)",
    "SELECT set_config('standard_conforming_strings', 'off', true)",
  ],
  ["SELECT nextval('a')", "SELECT nextval('b')"],
  ["EXPLAIN (ANALYZE 0) DELETE FROM t", "EXPLAIN (ANALYZE 1) DELETE FROM t"],
  ["SET standard_conforming_strings = 'on'", "SET standard_conforming_strings = 'off'"],
  ["COPY t TO '/a'", "COPY t TO '/b'"],
])("where literals matter, they are looked at: %s", (first, second) => {
  const shared = classify(first, context)[0]?.operations;
  expect(classify(second, context)[0]?.operations).not.toBe(shared);
});

test.each([
  "SELECT 1; DELETE FROM t",
  "SELECT E'\\''; DELETE FROM t --'",
  "SELECT $$'$$; DELETE FROM t --'",
  "SELECT 1 -- '\n; DELETE FROM t --'",
  "SELECT /* ' */ 1; DELETE FROM t --'",
  "SELECT U&'\\0061'",
  'SELECT U&"d\\0061t"',
  "SELECT N'a'",
  "SELECT 1e5",
  "SELECT 0x1f",
  "SELECT 1_000",
  "SELECT $1a",
  "SELECT 'a",
  'SELECT "a',
])("no key is made of %s", (sql) => {
  expect(literalFree(sql)).toBeUndefined();
});

test("a remembered answer is the one that would be found anew", () => {
  const tables = fc.constantFrom("t", "public.t", '"T;t"');
  const literal = fc.oneof(
    fc.integer().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.string().map((text) => `'${text.replaceAll("'", "''").replaceAll("\u0000", "")}'`),
    fc.constantFrom("$1", "E'\\''", "$$a;b$$", "'a' /* ' */", "NULL", "-1", ".5", "1.", "DELETE"),
  );
  const statement = fc.oneof(
    fc.tuple(tables, literal, literal).map(([t, a, b]) => `SELECT ${a} FROM ${t} WHERE x = ${b}`),
    fc.tuple(tables, literal, literal).map(([t, a, b]) => `UPDATE ${t} SET x = ${a} WHERE y <> ${b};`),
    fc.tuple(tables, literal).map(([t, a]) => `DELETE FROM ${t} WHERE ${a} IS NULL`),
    fc.tuple(tables, literal, literal).map(([t, a, b]) => `INSERT INTO ${t} VALUES (${a}), (mine(${b}))`),
    fc.constantFrom(...effectsTable().map(({ sql }) => sql)),
  );
  fc.assert(
    fc.property(statement, (sql) => {
      expect(outcome(() => classify(sql, context))).toEqual(
        outcome(() => classifyAnew(sourceText(sql), context).statements),
      );
    }),
    { numRuns: 3000 },
  );
});

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

test("the cache forgets what was not used lately, and stays within its bounds", () => {
  const cache = new BoundedCache<number>({ entries: 10, characters: 1000 });
  cache.set("kept", -1);
  for (let index = 0; index < 100; index += 1) {
    cache.set(`key ${index}`, index);
    expect(cache.get("kept")).toBe(-1);
  }
  const remembered = Array.from({ length: 100 }, (_, index) => cache.get(`key ${index}`)).filter(
    (x) => x !== undefined,
  );
  expect(remembered.length).toBeLessThanOrEqual(10);
});
