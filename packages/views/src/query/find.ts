import type { IndexTables } from "../indexing/index-tables.ts";
import { idKey } from "../row/id-key.ts";
import { readRow } from "../row/row-text.ts";

export interface RelatedRecord {
  readonly index: number;
  readonly type: string;
  readonly time: string;
}

/** The index of a record's id, or of the newest record of an action. */
export function findIndex(tables: IndexTables, id: string): number | undefined {
  const isThere = (index: number) => !tables.columns.isForgotten(index);
  return tables.actions.find(id) ?? tables.file.parts.numberOf(idKey(id), isThere);
}

/** All records of an action, in order. */
export function relatedRecords(tables: IndexTables, action: string): RelatedRecord[] {
  const { columns, contexts, file, shapes } = tables;
  const indexes: number[] = [];
  for (let row = tables.actions.find(action); row !== undefined; row = columns.previous(row))
    indexes.unshift(row);
  const texts = file.parts.rows(indexes);
  return indexes.map((index) => {
    const shape = shapes.value(columns.shape(index));
    const context = contexts.value(columns.context(index));
    const { time } = readRow(index, texts.get(index) ?? "", columns.timeUs(index), context, shape);
    return { index, time, type: shape.type };
  });
}
