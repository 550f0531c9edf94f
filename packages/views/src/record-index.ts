import type { RecordFilter, RecordPage, RecordRow } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { ViewsError } from "./error.ts";
import type { FileLock } from "./file/file-lock.ts";
import { IndexFile } from "./file/index-file.ts";
import { BATCH_MAX, indexBatch } from "./indexing/batch.ts";
import { IndexTables } from "./indexing/index-tables.ts";
import { continuesLedger, leafHash, readBatch } from "./indexing/read-batch.ts";
import { countFacets, type Facets } from "./query/facets.ts";
import { findIndex, type RelatedRecord, relatedRecords } from "./query/find.ts";
import { rowFilter } from "./query/row-filter.ts";
import { rowFits, scanDown, scanUp, type View } from "./query/scan.ts";
import { hasWords, matchExpression, searchDown } from "./query/search.ts";
import { type TablePage, type TableQuery, tablePage } from "./query/table-page.ts";
import { readRow } from "./row/row-text.ts";

export interface IndexOptions {
  /** The file; others of the same name with endings stand beside it. */
  readonly path: string;
  /** 32 bytes, see `LedgerReader.deriveKey`. */
  readonly key: Buffer;
  readonly reader: LedgerReader;
}

export interface ListQuery {
  readonly filter: RecordFilter;
  readonly view: View;
  /** Rows below this index only: what `next` of the page before says. */
  readonly before?: number;
  readonly limit: number;
}

export type RowsListener = (rows: readonly RecordRow[], cursor: number) => void;

/** How many rows are looked up by their words at a time, while rows go up. */
const WORDS_WINDOW = 2048;

/**
 * What people look for in the ledger, in a file beside it. It follows the ledger, may lag behind it, and may be deleted:
 * it is built again from the ledger, and then answers the same.
 *
 * Lists are synchronous and say what was indexed before; `follow` catches up. There is one `RecordIndex` for a file.
 */
export class RecordIndex {
  readonly #options: IndexOptions;
  readonly #lock: FileLock;
  #tables: IndexTables;
  #isClosed = false;
  /** Something is wrong with the file: it is begun anew before anything else is read or written. */
  #isDamaged = false;
  #following: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  readonly #listeners = new Set<RowsListener>();

  /** Use `openIndex`. */
  constructor(options: IndexOptions, lock: FileLock, tables: IndexTables) {
    this.#options = options;
    this.#lock = lock;
    this.#tables = tables;
  }

  /** How many entries are indexed. */
  get cursor(): number {
    return this.#tables.cursor;
  }

  /** Resolves once everything that was acknowledged before the call is indexed. Gives way to others between batches. */
  follow(): Promise<void> {
    if (this.#following === undefined) {
      this.#following = this.#follow().finally(() => {
        this.#following = undefined;
      });
      return this.#following;
    }
    // Whoever comes while it follows may have more to see, and shares one further turn with all who come meanwhile.
    this.#next ??= this.#following
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.follow();
      });
    return this.#next;
  }

  /** Told of rows that are newly indexed, in order. Returns how to end that. */
  onRows(listener: RowsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws ViewsError FILTER_INVALID */
  list({ before, filter, limit, view }: ListQuery): RecordPage {
    return this.#read((tables) => {
      const rows = rowFilter(tables, filter);
      const match = matchExpression(tables, filter);
      const end = before ?? tables.cursor;
      // One more than asked for says whether there is a next page.
      const found =
        match === undefined
          ? scanDown(tables.columns, rows, view, end, limit + 1)
          : searchDown(tables, match, rows, view, end, limit + 1);
      const shown = found.slice(0, limit);
      const next = found.length > limit ? (shown.at(-1) ?? null) : null;
      return { next, rows: rowsAt(tables, shown), size: tables.cursor };
    });
  }

  /** At most `limit` rows behind `index`, oldest first: what a reader missed that has seen all up to `index`. */
  rowsAfter(index: number, filter: RecordFilter, view: View, limit: number): readonly RecordRow[] {
    return this.#read((tables) => {
      const rows = rowFilter(tables, filter);
      const match = matchExpression(tables, filter);
      if (match === undefined) return rowsAt(tables, scanUp(tables.columns, rows, view, index, limit));
      const found: number[] = [];
      for (let from = index; found.length < limit; ) {
        const window = scanUp(tables.columns, rows, view, from, WORDS_WINDOW);
        for (const row of window) if (found.length < limit && hasWords(tables, match, row)) found.push(row);
        if (window.length < WORDS_WINDOW) break;
        from = window.at(-1) as number;
      }
      return rowsAt(tables, found);
    });
  }

  /** Whether a row that is indexed fits a filter, also one that was just handed to a listener. */
  matches(row: RecordRow, filter: RecordFilter): boolean {
    return this.#read((tables) => {
      if (row.index >= tables.cursor) return false;
      if (!rowFits(tables.columns, row.index, rowFilter(tables, filter), "records")) return false;
      const match = matchExpression(tables, filter);
      return match === undefined || hasWords(tables, match, row.index);
    });
  }

  /** Whether no later record of its action is known. */
  isLatest(index: number): boolean {
    return this.#read(({ columns, cursor }) => index >= 0 && index < cursor && columns.isLatest(index));
  }

  /** The row of one entry. */
  row(index: number): RecordRow | undefined {
    return this.#read((tables) =>
      index >= 0 && index < tables.cursor ? rowsAt(tables, [index])[0] : undefined,
    );
  }

  /** The index of a record's id, or of the newest record of an action. */
  find(id: string): number | undefined {
    return this.#read((tables) => findIndex(tables, id));
  }

  /** All records of an action, in order. */
  related(action: string): readonly RelatedRecord[] {
    return this.#read((tables) => relatedRecords(tables, action));
  }

  /** What there is to filter by, with the number of rows each would show. */
  facets(view: View = "actions"): Facets {
    return this.#read((tables) => countFacets(tables, view));
  }

  /** What was done to each table, by target and name. */
  tables(query: TableQuery): TablePage {
    return this.#read(({ totals }) => tablePage(totals.all(), query));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listeners.clear();
    this.#tables.close();
    this.#lock.release();
  }

  async #follow(): Promise<void> {
    const { reader } = this.#options;
    await reader.refresh();
    this.#checkOpen();
    if (this.#isDamaged || !(await continuesLedger(this.#tables, reader))) this.#beginAnew();
    const end = reader.size;
    while (this.cursor < end && !this.#isClosed) {
      const first = this.cursor;
      const batch = await readBatch(reader, first, Math.min(first + BATCH_MAX, end));
      if (this.#isClosed) break;
      const last = batch.at(-1);
      if (last === undefined) break;
      this.#extend(() =>
        this.#tables.extend(leafHash(last.entry), () =>
          indexBatch(
            this.#tables,
            batch.map(({ record }) => record),
          ),
        ),
      );
      this.#tell(first);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#checkOpen();
  }

  #tell(first: number): void {
    if (this.#listeners.size === 0) return;
    const indexes = Array.from({ length: this.cursor - first }, (_, at) => first + at);
    const rows = this.#read((tables) => rowsAt(tables, indexes));
    for (const listener of this.#listeners) listener(rows, this.cursor);
  }

  #extend(work: () => void): void {
    try {
      work();
    } catch (cause) {
      // Memory may be ahead of the file now.
      this.#isDamaged = true;
      throw new ViewsError("INDEX_FAILED", `${this.#options.path} cannot be written`, { cause });
    }
  }

  #read<Answer>(question: (tables: IndexTables) => Answer): Answer {
    this.#checkOpen();
    try {
      return question(this.#tables);
    } catch (cause) {
      if (cause instanceof ViewsError) throw cause;
      this.#isDamaged = true;
      throw new ViewsError("INDEX_FAILED", `${this.#options.path} cannot be read, and is begun anew`, {
        cause,
      });
    }
  }

  #beginAnew(): void {
    this.#tables.close();
    this.#tables = newTables(this.#options);
    this.#isDamaged = false;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ViewsError("INDEX_CLOSED", "the index was closed");
  }
}

function rowsAt({ columns, contexts, file, shapes }: IndexTables, indexes: readonly number[]): RecordRow[] {
  const texts = file.rows(indexes);
  return indexes.map((index) => {
    const text = texts.get(index);
    if (text === undefined) throw new Error(`row ${index} is missing`);
    const context = contexts.value(columns.context(index));
    return readRow(index, text, columns.timeUs(index), context, shapes.value(columns.shape(index)));
  });
}

/** Removes what there is and begins with nothing. */
export function newTables({ key, path, reader }: IndexOptions): IndexTables {
  IndexFile.remove(path);
  return IndexTables.open(path, key, reader.origin);
}
