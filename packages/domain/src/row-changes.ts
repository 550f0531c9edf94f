import type { RowSample, TableSample } from "./row-sample.ts";

export interface ChangedCell {
  readonly column: string;
  /** Undefined where the row was not there; null is SQL's NULL. */
  readonly before: string | null | undefined;
  /** Undefined where the row is not there any more. */
  readonly after: string | null | undefined;
}

/** One row, as it was beside as it is. */
export interface RowChange {
  /** Which halves there are. One alone does not say that the other is not there: it may only not be among those shown. */
  readonly kind: "after" | "before" | "both";
  /** By which it is known: the values of its primary key. Empty where there is none. */
  readonly key: readonly ChangedCell[];
  /** Of both halves only what is different; of one alone all but the key. */
  readonly cells: readonly ChangedCell[];
}

/** Puts the rows before beside the rows after. A row is the same if its primary key is; without one nobody can tell. */
export function rowChanges({ after, before }: TableSample): RowChange[] {
  const later = new Map(after.rows.map((row) => [keyOf(after, row), row]));
  const changes: RowChange[] = [];
  // Long keys are cut, so that several rows can have the same: each is shown all the same.
  const paired = new Set<readonly (string | null)[]>();
  for (const row of before.rows) {
    const key = keyOf(before, row);
    const now = key === undefined ? undefined : later.get(key);
    if (now === undefined || paired.has(now)) changes.push(oneHalf("before", before, row));
    else {
      changes.push(bothHalves(before, row, after, now));
      paired.add(now);
    }
  }
  for (const row of after.rows) if (!paired.has(row)) changes.push(oneHalf("after", after, row));
  return changes;
}

function keyOf({ columns, key }: RowSample, row: readonly (string | null)[]): string | undefined {
  return key.length === 0 ? undefined : JSON.stringify(key.map((name) => row[columns.indexOf(name)]));
}

function bothHalves(
  before: RowSample,
  then: readonly (string | null)[],
  after: RowSample,
  now: readonly (string | null)[],
): RowChange {
  const cells = after.columns.map(
    (column, at): ChangedCell => ({ after: now[at], before: then[before.columns.indexOf(column)], column }),
  );
  const isKey = ({ column }: ChangedCell) => after.key.includes(column);
  return {
    cells: cells.filter((cell) => !isKey(cell) && cell.before !== cell.after),
    key: cells.filter(isKey),
    kind: "both",
  };
}

function oneHalf(
  kind: "after" | "before",
  { columns, key }: RowSample,
  row: readonly (string | null)[],
): RowChange {
  const cells = columns.map((column, at): ChangedCell => {
    const value = row[at] ?? null;
    return kind === "before"
      ? { after: undefined, before: value, column }
      : { after: value, before: undefined, column };
  });
  const isKey = ({ column }: ChangedCell) => key.includes(column);
  return { cells: cells.filter((cell) => !isKey(cell)), key: cells.filter(isKey), kind };
}
