import type { RecordRow } from "@custody/domain";
import { IndexDamage } from "../file/index-damage.ts";
import type { NewRow } from "../indexing/batch.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { readRow } from "../row/row-text.ts";

/** The rows of these indexes, in their order. */
export function rowsAt(
  { columns, contexts, file, shapes }: IndexTables,
  indexes: readonly number[],
): RecordRow[] {
  const texts = file.parts.rows(indexes);
  return indexes.map((index) => {
    const text = texts.get(index);
    if (text === undefined) throw new IndexDamage(`row ${index} is missing`);
    const context = contexts.value(columns.context(index));
    return readRow(index, text, columns.timeUs(index), context, shapes.value(columns.shape(index)));
  });
}

/** The rows of a batch that was just indexed from `first` on, without asking the file for what is still at hand. */
export function rowsOf(
  { contexts, shapes }: IndexTables,
  first: number,
  rows: readonly NewRow[],
): RecordRow[] {
  return rows.map(({ context, own, shape, timeUs }, at) =>
    readRow(first + at, own, timeUs, contexts.value(context), shapes.value(shape)),
  );
}
