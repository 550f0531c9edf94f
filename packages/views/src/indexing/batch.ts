import type { AuditRecord } from "@custody/domain";
import { type Context, contextOf, type Shape, shapeOf } from "../row/facets.ts";
import { idKey } from "../row/id-key.ts";
import { microseconds, ownText } from "../row/row-text.ts";
import { searchedText } from "../search/searched-text.ts";
import type { IndexTables } from "./index-tables.ts";

/** At most so many entries make one batch: a row and the one that carries its words stand no further apart. */
export const BATCH_MAX = 1024;

/** A row while it is being made. */
interface NewRow {
  readonly record: AuditRecord;
  readonly timeUs: number;
  readonly context: number;
  readonly shape: number;
  readonly shapeValue: Shape;
  readonly text: string;
  /** The place in the batch of the next row of the same action, when it has the same words. */
  carrier: number | undefined;
  /** Tokens of rows whose words this one carries. */
  tokens: string;
}

/** Puts records into columns, and what else there is of them into the file. Runs within a transaction. */
export function indexBatch(tables: IndexTables, records: readonly AuditRecord[]): void {
  const { actions, columns, file, totals } = tables;
  const first = columns.size;
  const rows = records.map((record) => newRow(tables, record));
  actions.prepare(records.map(({ action }) => action));
  shareWords(tables, rows);
  for (const [at, row] of rows.entries()) {
    const { action } = row.record;
    columns.add({
      context: row.context,
      document: first + carrierOf(rows, at),
      previous: actions.latest(action),
      shape: row.shape,
      timeUs: row.timeUs,
    });
    actions.set(action, first + at);
    totals.add(row.record, first + at);
  }
  file.addRows(
    first,
    rows.map(({ record, shapeValue, timeUs }) => ownText(record, timeUs, shapeValue)),
  );
  file.addIds(
    first,
    records.map(({ id }) => idKey(id)),
  );
  addWords(tables, rows, first);
}

function newRow({ contexts, shapes }: IndexTables, record: AuditRecord): NewRow {
  const shapeValue = shapeOf(record);
  const shape = shapes.number(shapeValue);
  const context: Context = contextOf(record);
  return {
    carrier: undefined,
    context: contexts.number(context),
    record,
    shape,
    shapeValue,
    text: searchedText(record),
    timeUs: microseconds(record.time),
    tokens: shapes.derived(shape).tokens,
  };
}

/**
 * A request and what became of it mostly stand in one batch and have the same words: the later row carries them for
 * both. Rows that come one by one have their words each.
 */
function shareWords({ shapes }: IndexTables, rows: readonly NewRow[]): void {
  const following = new Map<string, number>();
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at] as NewRow;
    const { action } = row.record;
    const next = following.get(action);
    following.set(action, at);
    if (next === undefined) continue;
    const later = rows[next] as NewRow;
    const isSame =
      later.text === row.text &&
      later.context === row.context &&
      shapes.derived(later.shape).words === shapes.derived(row.shape).words;
    if (!isSame) continue;
    row.carrier = next;
    const carrier = rows[carrierOf(rows, next)] as NewRow;
    carrier.tokens += ` ${shapes.derived(row.shape).tokens}`;
  }
}

function carrierOf(rows: readonly NewRow[], at: number): number {
  let carrier = at;
  for (let next = rows[at]?.carrier; next !== undefined; next = rows[next]?.carrier) carrier = next;
  return carrier;
}

function addWords({ contexts, file, shapes }: IndexTables, rows: readonly NewRow[], first: number): void {
  const documents: number[] = [];
  const texts: string[] = [];
  for (const [at, row] of rows.entries()) {
    if (row.carrier !== undefined) continue;
    const context = contexts.derived(row.context);
    documents.push(first + at);
    texts.push(
      `${row.text} ${context.words} ${shapes.derived(row.shape).words} ${context.tokens} ${row.tokens}`,
    );
  }
  file.addWords(documents, texts);
}
