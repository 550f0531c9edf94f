import { expect, test } from "vitest";
import { TableTotals } from "./table-totals.ts";

test("beyond the number of tables that are counted, those that are known still are", () => {
  const totals = new TableTotals(2);
  const add = (...names: string[]) =>
    totals.add(
      {
        countsRows: false,
        isDenied: false,
        isRolledBack: false,
        tables: names.map((name) => ({ isRead: true, isWritten: false, name })),
        target: "shop",
      },
      0,
      0,
      "2026-01-01T00:00:00Z",
    );
  add("a", "b", "c");
  add("c", "a");
  expect(totals.all().map(({ statements, table }) => [table, statements])).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});
