import { rfc3339 } from "@custody/domain";
import { FORGOTTEN } from "../columns/chunk.ts";
import type { Columns } from "../columns/columns.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { ownValues } from "../row/row-text.ts";
import type { TableEntry } from "../tables/table-totals.ts";
import type { Doomed } from "./doomed.ts";
import { deedsByNumbers, type TableLoss } from "./table-loss.ts";

/**
 * Has the order with this index take effect: what is doomed is in no list, look-up or count from now on, and what only
 * such rows shared is no more. Their texts and words are still in the file, where a purge takes them out. Runs within a
 * transaction, so a stop at any moment leaves all of it or nothing.
 */
export function forget(tables: IndexTables, number: number, doomed: Doomed, loss: TableLoss): void {
  const { actions, columns, erasures, file } = tables;
  const heirs = relink(columns, doomed);
  const parts = wipe(tables, doomed);
  actions.forget();
  for (const [row, text] of file.parts.rows(heirs)) actions.set(ownValues(text).action, row);
  takeBack(tables, loss);
  dropUnused(tables);
  erasures.add(number, parts);
}

/** Joins what is left of each action. Returns the rows that are now the newest of theirs. */
function relink(columns: Columns, doomed: Doomed): readonly number[] {
  const leftBefore = (index: number): number | undefined => {
    let row = columns.previous(index);
    while (row !== undefined && doomed.has(row)) row = columns.previous(row);
    return row;
  };
  const heirs: number[] = [];
  for (let index = 0; index < columns.size; index += 1) {
    const isDoomed = doomed.has(index);
    const previous = columns.previous(index);
    if (previous === undefined) continue;
    if (!isDoomed && doomed.has(previous)) columns.setPrevious(index, leftBefore(index));
    if (isDoomed && columns.isLatest(index)) heirs.push(leftBefore(index) ?? -1);
  }
  const found = heirs.filter((row) => row !== -1);
  for (const row of found) columns.setLatest(row, true);
  return found;
}

/** Returns the parts of the file that have something of the rows. */
function wipe({ columns, file, usages }: IndexTables, doomed: Doomed): readonly number[] {
  const parts = new Set<number>();
  usages.forget((row) => doomed.has(row));
  for (const index of doomed.rows()) {
    if (!columns.isEmpty(index)) parts.add(file.parts.partOf(index));
    columns.forget(index);
  }
  return [...parts];
}

function takeBack(tables: IndexTables, loss: TableLoss): void {
  const { columns, file, totals } = tables;
  const headless = new Set<TableEntry>();
  for (const [entry, less] of loss) {
    totals.subtract(entry, less);
    if (entry.sum.statements > 0 && columns.isForgotten(entry.lastIndex)) headless.add(entry);
  }
  const last = lastOf(tables, headless);
  const texts = file.parts.rows([...last.values()]);
  for (const [entry, index] of last) {
    const { time } = ownValues(texts.get(index) as string);
    totals.setLast(entry, index, time ?? rfc3339(columns.timeUs(index)));
  }
}

/** The newest rows that touched tables. */
function lastOf(tables: IndexTables, entries: ReadonlySet<TableEntry>): Map<TableEntry, number> {
  const { columns, totals } = tables;
  const deedsOf = deedsByNumbers(tables);
  const found = new Map<TableEntry, number>();
  for (let index = columns.size - 1; index >= 0 && found.size < entries.size; index -= 1) {
    const deeds = columns.isForgotten(index) ? undefined : deedsOf(index);
    for (const { name } of deeds?.tables ?? []) {
      const entry = totals.entry(deeds?.target as string, name);
      if (entry !== undefined && entries.has(entry) && !found.has(entry)) found.set(entry, index);
    }
  }
  return found;
}

/** Forgets names, tables and messages that no row has any more. */
function dropUnused({ columns, contexts, shapes }: IndexTables): void {
  const usedContexts = new Uint8Array(contexts.size);
  const usedShapes = new Uint8Array(shapes.size);
  for (const chunk of columns.chunks)
    for (let at = 0; at < chunk.count; at += 1) {
      if (((chunk.flags[at] as number) & FORGOTTEN) !== 0) continue;
      usedContexts[chunk.contexts[at] as number] = 1;
      usedShapes[chunk.shapes[at] as number] = 1;
    }
  for (const [number, isUsed] of usedContexts.entries()) if (isUsed === 0) contexts.remove(number);
  for (const [number, isUsed] of usedShapes.entries()) if (isUsed === 0) shapes.remove(number);
}
