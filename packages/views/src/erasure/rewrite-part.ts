import { setImmediate as nextTurn } from "node:timers/promises";
import { CHUNK_ROWS } from "../columns/chunk.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { readRecords } from "../indexing/read-records.ts";
import { documentText } from "../search/document-text.ts";
import { searchedText } from "../search/searched-text.ts";
import type { Purge } from "./purge.ts";

/**
 * Writes a part anew without the rows that were forgotten. Full text cannot be asked what it has of a row, so the words
 * of those that stay are taken from the ledger once more. What has the index meanwhile comes along; when the part loses
 * further rows, this ends, and has to begin again.
 */
export async function rewritePart({ isOver, reader, tables }: Purge, part: number): Promise<void> {
  const { columns, erasures, file } = tables;
  const end = () => Math.min(file.parts.firstOf(part + 1), columns.size);
  file.transaction(() => file.parts.beginNext(part));
  const rewriting = erasures.begin(part);
  for (let from = file.parts.firstOf(part); ; rewriting.rows = from - file.parts.firstOf(part)) {
    const to = Math.min(from + CHUNK_ROWS, end());
    const texts = await textsOf(tables, reader, from, to);
    if (isOver() || rewriting.isStale) return;
    const isLast = to === end();
    file.transaction(() => {
      copy(tables, from, to, texts);
      if (!isLast) return;
      file.parts.endNext();
      erasures.end(part);
    });
    if (isLast) return;
    from = to;
    await nextTurn();
    if (isOver()) return;
  }
}

/** What is searched of the rows that carry words. */
async function textsOf(
  { columns }: IndexTables,
  reader: Purge["reader"],
  from: number,
  to: number,
): Promise<ReadonlyMap<number, string>> {
  const texts = new Map<number, string>();
  await readRecords(reader, from, to, ({ index, record }) => {
    const hasWords =
      !columns.isForgotten(index) && !columns.isEmpty(index) && columns.document(index) === index;
    if (hasWords) texts.set(index, searchedText(record));
    return true;
  });
  return texts;
}

/** Rows may have been forgotten since their texts were read. */
function copy(tables: IndexTables, from: number, to: number, texts: ReadonlyMap<number, string>): void {
  const { columns, file, shapes } = tables;
  const all = Array.from({ length: to - from }, (_, at) => from + at);
  const documents = [...texts.keys()].filter((index) => !columns.isForgotten(index));
  file.parts.copyRows(
    from,
    to,
    all.filter((index) => columns.isForgotten(index)),
  );
  file.parts.addNextWords(
    documents,
    documents.map((index) => {
      const rows = [...columns.rowsOfDocument(index)];
      const row = {
        context: columns.context(index),
        shape: columns.shape(index),
        text: texts.get(index) as string,
      };
      return documentText(
        tables,
        row,
        rows.map((each) => shapes.derived(columns.shape(each)).tokens).join(" "),
      );
    }),
  );
}
