import { setImmediate as nextTurn } from "node:timers/promises";
import type { IndexTables } from "../indexing/index-tables.ts";
import { ownValues } from "../row/row-text.ts";
import { type TableDeeds, tableDeeds } from "../tables/table-deeds.ts";
import { addDeed, emptySum, type TableSum } from "../tables/table-sum.ts";
import type { TableEntry } from "../tables/table-totals.ts";
import type { Doomed } from "./doomed.ts";

/** After so many rows others have their turn. */
const ROWS_AT_ONCE = 4096;

/** What is to be taken back from the totals of tables. */
export type TableLoss = ReadonlyMap<TableEntry, TableSum>;

/** Counts what doomed rows did to tables, while they can still be read. Undefined when `isOver` says so. */
export async function tableLoss(
  tables: IndexTables,
  doomed: Doomed,
  isOver: () => boolean,
): Promise<TableLoss | undefined> {
  const loss = new Map<TableEntry, TableSum>();
  const deedsOf = deedsByNumbers(tables);
  for (let from = 0; from < doomed.end; from += ROWS_AT_ONCE) {
    countRows(tables, [...doomed.rows(from, from + ROWS_AT_ONCE)], deedsOf, loss);
    await nextTurn();
    if (isOver()) return undefined;
  }
  return loss;
}

type DeedsOf = (index: number) => TableDeeds | undefined;

/** Rows share contexts and shapes, so what follows from those is worked out once for each pair. */
export function deedsByNumbers({ columns, contexts, shapes }: IndexTables): DeedsOf {
  const known = new Map<number, TableDeeds | undefined>();
  return (index) => {
    const context = columns.context(index);
    const shape = columns.shape(index);
    const pair = context * shapes.size + shape;
    if (!known.has(pair)) known.set(pair, tableDeeds(contexts.value(context), shapes.value(shape)));
    return known.get(pair);
  };
}

function countRows(
  { file, totals }: IndexTables,
  rows: readonly number[],
  deedsOf: DeedsOf,
  loss: Map<TableEntry, TableSum>,
): void {
  const counted = rows.filter((index) => deedsOf(index) !== undefined);
  const texts = file.parts.rows(counted.filter((index) => changesRows(deedsOf(index) as TableDeeds)));
  for (const index of counted) {
    const deeds = deedsOf(index) as TableDeeds;
    const text = texts.get(index);
    const affected = text === undefined ? 0 : ownValues(text).rowsAffected;
    for (const deed of deeds.tables) {
      const entry = totals.entry(deeds.target, deed.name);
      if (entry === undefined || index < entry.firstIndex) continue;
      const sum = loss.get(entry) ?? emptySum();
      loss.set(entry, sum);
      addDeed(sum, deed, deeds, affected);
    }
  }
}

function changesRows({ countsRows, isDenied, isRolledBack }: TableDeeds): boolean {
  return countsRows && !isDenied && !isRolledBack;
}
