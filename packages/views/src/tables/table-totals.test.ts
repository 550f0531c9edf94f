import { expect, test } from "vitest";
import { TableTotals } from "./table-totals.ts";

test("beyond the number of tables that are counted, those that are known still are", () => {
  const totals = new TableTotals(2);
  const add = (...names: string[]) =>
    totals.add(
      {
        isDenied: false,
        isRolledBack: false,
        rows: 0,
        tables: names.map((name) => ({ isRead: true, isWritten: false, name })),
        target: "shop",
        time: "2026-01-01T00:00:00Z",
      },
      0,
    );
  add("a", "b", "c");
  add("c", "a");
  expect(totals.all().map(({ statements, table }) => [table, statements])).toEqual([
    ["a", 2],
    ["b", 1],
  ]);
});
