import { expect, test } from "vitest";
import { classify, loadParser } from "./classify.ts";

await loadParser();

function fingerprintOf(sql: string): string | undefined {
  return classify(sql, { database: "shop" })[0]?.fingerprint;
}

test.each([
  ["SELECT a FROM t WHERE id = 1", "select  a\nFROM t -- x\nWHERE id = $1"],
  ["SELECT a FROM t WHERE id IN (1, 2)", "SELECT a FROM t WHERE id IN ('x', $2, 3, 4)"],
  ["INSERT INTO t VALUES (1, 2)", "INSERT INTO t VALUES (3, 4), (5, 6)"],
])("alike: %s and %s", (one, other) => {
  expect(fingerprintOf(one)).toBe(fingerprintOf(other));
});

test.each([
  ["SELECT a FROM t", "SELECT b FROM t"],
  ["SELECT a FROM t", "SELECT a FROM u"],
  ["DELETE FROM t WHERE a = 1", "DELETE FROM t WHERE a <> 1"],
  ["DELETE FROM t WHERE a = 1", "DELETE FROM t"],
])("not alike: %s and %s", (one, other) => {
  expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
});

test("it is stable: ledgers keep it for years", () => {
  expect(fingerprintOf("SELECT a FROM t WHERE id = 1")).toMatchInlineSnapshot(`"78095c9e7a8314a7"`);
});
