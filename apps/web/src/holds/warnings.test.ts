import { expect, test } from "vitest";
import type { ShownHold } from "./hold.ts";
import { warningsOf } from "./warnings.ts";

/** A hold of an EXECUTE: nothing about it hides or pretends but what is given. */
const executing = (change: Partial<ShownHold>): ShownHold => ({
  asker: { agent: "tester", human: "ada" },
  isInTransaction: false,
  reasons: ["it destroys"],
  role: "app",
  rule: "production",
  runs: ["DELETE FROM people"],
  searchPath: "public",
  statements: [{ parameters: [], text: "EXECUTE harmless", verb: "EXECUTE" }],
  target: { database: "shop", environment: "production", identity: "1", name: "shop" },
  ...change,
});

test("what hides or pretends in what was prepared before is warned of as in the statement itself", () => {
  expect(warningsOf(executing({}))).toEqual([]);
  expect(warningsOf(executing({ runs: ["DELETE FROM \u0430dmin"] }))).toEqual([
    "a word has letters that only look like Latin ones: \\u{430}dmin",
  ]);
  expect(warningsOf(executing({ runs: ["DELETE FROM people /* \u202e */"] }))).toEqual([
    "it has characters that are not shown, or that reorder what is",
  ]);
});

test("a hold of before, which does not say what it runs, is read as it is", () => {
  const { runs: _, ...before } = executing({});
  expect(warningsOf(before)).toEqual([]);
});
