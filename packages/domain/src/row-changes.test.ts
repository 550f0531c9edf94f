import fc from "fast-check";
import { expect, test } from "vitest";
import { rowChanges } from "./row-changes.ts";
import type { RowSample } from "./row-sample.ts";

const sample = (rows: RowSample["rows"], key: readonly string[] = ["id"]): RowSample => ({
  columns: ["id", "name"],
  isCut: false,
  key,
  rows,
});
const changes = (before: RowSample, after: RowSample) =>
  rowChanges({ after, before, name: "t", schema: "public" });

test("a row that only changed stands once, with what is different", () => {
  const found = changes(
    sample([
      ["1", "a"],
      ["2", null],
      ["3", "c"],
    ]),
    sample([
      ["2", "b"],
      ["3", "c"],
      ["4", "d"],
    ]),
  );
  expect(found).toEqual([
    {
      cells: [{ after: undefined, before: "a", column: "name" }],
      key: [{ after: undefined, before: "1", column: "id" }],
      kind: "before",
    },
    {
      cells: [{ after: "b", before: null, column: "name" }],
      key: [{ after: "2", before: "2", column: "id" }],
      kind: "both",
    },
    { cells: [], key: [{ after: "3", before: "3", column: "id" }], kind: "both" },
    {
      cells: [{ after: "d", before: undefined, column: "name" }],
      key: [{ after: "4", before: undefined, column: "id" }],
      kind: "after",
    },
  ]);
});

test("without a primary key nobody can tell which row is which", () => {
  const found = changes(sample([["1", "a"]], []), sample([["1", "a"]], []));
  expect(found.map(({ kind }) => kind)).toEqual(["before", "after"]);
});

test("a table whose columns changed meanwhile is read by their names", () => {
  const before = { columns: ["name", "id"], isCut: false, key: ["id"], rows: [["a", "1"]] };
  expect(changes(before, sample([["1", "b"]]))).toEqual([
    {
      cells: [{ after: "b", before: "a", column: "name" }],
      key: [{ after: "1", before: "1", column: "id" }],
      kind: "both",
    },
  ]);
});

test("no half of any row is lost or shown twice", () => {
  const row = fc.tuple(fc.constantFrom("1", "2", "3", null), fc.constantFrom("a", null, "b"));
  const rows = fc.uniqueArray(row, { maxLength: 4, selector: ([id]) => id });
  fc.assert(
    fc.property(rows, rows, fc.boolean(), (then, now, hasKey) => {
      const key = hasKey ? ["id"] : [];
      const found = changes(sample(then, key), sample(now, key));
      const halves = (half: "after" | "before") =>
        found.filter(({ kind }) => kind === half || kind === "both");
      expect([halves("before").length, halves("after").length]).toEqual([then.length, now.length]);
    }),
  );
});

test("rows whose keys look the same, since they are cut, are all shown", () => {
  const found = changes(
    sample([
      ["k…", "a"],
      ["k…", "b"],
    ]),
    sample([
      ["k…", "c"],
      ["k…", "d"],
      ["k…", "e"],
    ]),
  );
  const values = found.flatMap(({ cells }) => cells.flatMap(({ after, before }) => [before, after]));
  for (const value of ["a", "b", "c", "d", "e"]) expect(values).toContain(value);
});
