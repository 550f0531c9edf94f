import type { AuditRecord } from "@custody/domain";
import { contextOf, shapeOf } from "../row/facets.ts";
import { idKey } from "../row/id-key.ts";
import { microseconds, ownText } from "../row/row-text.ts";
import { documentText } from "../search/document-text.ts";
import { searchedText } from "../search/searched-text.ts";
import { type TableDeeds, tableDeeds } from "../tables/table-deeds.ts";
import type { IndexTables } from "./index-tables.ts";
import type { ReadRecord } from "./read-records.ts";

/** At most so many entries make one batch: a row and the one that carries its words stand no further apart. */
export const BATCH_MAX = 1024;

/** What becomes of a record, as far as that can be said without the rows before it. */
export interface NewRow {
  readonly id: string;
  readonly action: string;
  readonly time: string;
  readonly timeUs: number;
  readonly context: number;
  readonly shape: number;
  /** What is stored of the row itself. */
  readonly own: string;
  readonly text: string;
  readonly isEmpty: boolean;
  readonly deeds: TableDeeds | undefined;
  readonly rowsAffected: number;
  readonly usage: AuditRecord["usage"];
  readonly vantage: AuditRecord["source"]["vantage"];
  /** The place in the batch of the next row of the same action, when it has the same words. */
  carrier: number | undefined;
  /** Tokens of rows whose words this one carries. */
  tokens: string;
}

/**
 * Takes what the index needs, and lets go of the record: a batch of whole ones would be moved about by the garbage
 * collector for longer than indexing it takes. Nothing counts before `indexBatch`.
 */
export function newRow({ contexts, shapes }: IndexTables, { envelope, isEmpty, record }: ReadRecord): NewRow {
  const timeUs = microseconds(record.time);
  const shapeValue = shapeOf(record);
  const shape = shapes.number(shapeValue);
  const context = contexts.number(contextOf(record, envelope.k));
  return {
    action: record.action,
    carrier: undefined,
    context,
    deeds: tableDeeds(contexts.value(context), shapes.value(shape)),
    id: record.id,
    isEmpty,
    own: ownText(record, timeUs, shapeValue),
    rowsAffected: record.effect?.rows.affected ?? 0,
    shape,
    text: searchedText(record),
    time: record.time,
    timeUs,
    tokens: shapes.derived(shape).tokens,
    usage: record.usage,
    vantage: record.source?.vantage ?? "observed",
  };
}

/** Puts rows into columns, and what else there is of them into the file. Runs within a transaction. */
export function indexBatch(tables: IndexTables, rows: readonly NewRow[]): void {
  const { actions, columns, file, totals, usages } = tables;
  const first = columns.size;
  actions.prepare(rows.map(({ action }) => action));
  shareWords(tables, rows);
  for (const [at, row] of rows.entries()) {
    const { action, context, deeds, isEmpty, shape, timeUs } = row;
    const document = first + carrierOf(rows, at);
    columns.add({ context, document, isEmpty, previous: actions.latest(action), shape, timeUs });
    actions.set(action, first + at);
    if (row.usage !== undefined) usages.add(first + at, row.usage, row.vantage);
    if (deeds !== undefined) totals.add(deeds, row.rowsAffected, first + at, row.time);
  }
  file.parts.addRows(
    first,
    rows.map(({ action, id, own }) => ({ action: idKey(action), id: idKey(id), own })),
  );
  addWords(tables, rows, first);
}

/**
 * A request and what became of it mostly stand in one batch and have the same words: the later row carries them for
 * both. Rows that come one by one have their words each.
 */
function shareWords({ shapes }: IndexTables, rows: readonly NewRow[]): void {
  const following = new Map<string, number>();
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at] as NewRow;
    const { action } = row;
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

/** What is empty has no words to be found by. */
function addWords(tables: IndexTables, rows: readonly NewRow[], first: number): void {
  const documents: number[] = [];
  const texts: string[] = [];
  for (const [at, row] of rows.entries()) {
    if (row.carrier !== undefined || row.isEmpty) continue;
    documents.push(first + at);
    texts.push(documentText(tables, row, row.tokens));
  }
  tables.file.parts.addWords(documents, texts);
}
