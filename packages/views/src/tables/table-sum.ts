import type { TableTotal } from "@custody/domain";
import type { TableDeed, TableDeeds } from "./table-deeds.ts";

type Counted = "denied" | "reads" | "rolledBack" | "rowsAffected" | "statements" | "writes";

/** How often what was done to one table. */
export type TableSum = { -readonly [Name in Counted]: TableTotal[Name] };

export function emptySum(): TableSum {
  return { denied: 0, reads: 0, rolledBack: 0, rowsAffected: 0, statements: 0, writes: 0 };
}

/** Counts what one statement did to one of its tables. `rows` is how many rows it changed. */
export function addDeed(
  sum: TableSum,
  { isRead, isWritten }: TableDeed,
  { countsRows, isDenied, isRolledBack }: TableDeeds,
  rows: number,
): void {
  sum.statements += 1;
  if (isDenied) {
    sum.denied += 1;
    return;
  }
  if (isRead) sum.reads += 1;
  if (isWritten) sum.writes += 1;
  if (isRolledBack) sum.rolledBack += 1;
  else if (isWritten && countsRows) sum.rowsAffected += rows;
}

export function subtract(sum: TableSum, less: TableSum): void {
  for (const name of Object.keys(less) as Counted[]) sum[name] -= less[name];
}
