import type {
  CostPage,
  Facets,
  RecordFilter,
  RecordPage,
  RecordRow,
  SessionPage,
  SessionSummary,
  TablePage,
} from "@custody/domain";
import type { ErasureOrder } from "@custody/ledger";
import { Doomed } from "./erasure/doomed.ts";
import type { ErasureStatus } from "./erasure/erasures.ts";
import { forget } from "./erasure/forget.ts";
import { Purger } from "./erasure/purger.ts";
import { tableLoss } from "./erasure/table-loss.ts";
import { ViewsError } from "./error.ts";
import type { FileLock } from "./file/file-lock.ts";
import { isDamage, isFileError } from "./file/index-damage.ts";
import { BATCH_MAX, indexBatch, type NewRow, newRow } from "./indexing/batch.ts";
import type { IndexOptions } from "./indexing/index-options.ts";
import type { IndexTables } from "./indexing/index-tables.ts";
import { newTables, openTables } from "./indexing/open-tables.ts";
import { type Batch, continuesLedger, readBatch } from "./indexing/read-batch.ts";
import { type CostQuery, costPage } from "./query/costs.ts";
import { countFacets } from "./query/facets.ts";
import { familyRows } from "./query/family.ts";
import { findIndex, type RelatedRecord, relatedRecords } from "./query/find.ts";
import { LiveFilter } from "./query/live-filter.ts";
import { rowFilter } from "./query/row-filter.ts";
import { rowsAt, rowsOf } from "./query/rows-at.ts";
import { scanDown, scanUp, type View } from "./query/scan.ts";
import { matchExpression, searchDown, searchUp } from "./query/search.ts";
import { type SessionQuery, sessionPage, sessionSummary } from "./query/session-page.ts";
import { type TableQuery, tablePage } from "./query/table-page.ts";

export interface ListQuery {
  readonly filter: RecordFilter;
  readonly view: View;
  /** Rows below this index only: what `next` of the page before says. */
  readonly before?: number;
  readonly limit: number;
}

export type RowsListener = (rows: readonly RecordRow[], cursor: number) => void;

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
  /** What has to be done before anything else: memory and file differ, or the file is not what was written. */
  #trouble: "differs" | "damaged" | undefined;
  #following: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #live = new WeakMap<RecordFilter, LiveFilter>();
  readonly #purger: Purger;
  #purgeFailure: unknown;
  readonly #listeners = new Set<RowsListener>();
  readonly #forgetters = new Set<() => void>();
  readonly #purgeWatchers = new Set<(error: Error) => void>();

  /** Use `openIndex`. */
  constructor(options: IndexOptions, lock: FileLock, tables: IndexTables) {
    this.#options = options;
    this.#lock = lock;
    this.#tables = tables;
    this.#purger = new Purger({
      onFailure: (cause) => this.#purgeFailed(cause),
      reader: options.reader,
      tables: () => (this.#isClosed || this.#trouble !== undefined ? undefined : this.#tables),
    });
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

  /** Told when rows were destroyed: whoever keeps any must let go of them. Returns how to end that. */
  onForgotten(listener: () => void): () => void {
    this.#forgetters.add(listener);
    return () => this.#forgetters.delete(listener);
  }

  /** How far the index has forgotten what was destroyed. */
  get erasures(): ErasureStatus {
    return this.#tables.erasureStatus;
  }

  /**
   * Resolves once the file holds nothing any more of what indexed orders destroyed. That goes on by itself whenever the
   * index follows, in the background.
   *
   * @throws ViewsError INDEX_FAILED when that has to wait for a later `follow`.
   */
  async purged(): Promise<void> {
    await this.#purger.idle();
    this.#checkOpen();
    if (this.#tables.erasures.isPending) throw this.#unpurged(this.#purgeFailure);
  }

  /** Told when something destroyed is still in the file, and could not be taken out of it. Returns how to end that. */
  onPurgeFailed(listener: (error: Error) => void): () => void {
    this.#purgeWatchers.add(listener);
    return () => this.#purgeWatchers.delete(listener);
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
      const found =
        match === undefined
          ? scanUp(tables.columns, rows, view, index, limit)
          : searchUp(tables, match, rows, view, index, limit);
      return rowsAt(tables, found);
    });
  }

  /**
   * Whether a row that is indexed fits a filter, also one that was just handed to a listener. What a filter means is
   * worked out once for each filter object, so hand in the same one again.
   */
  matches(row: Pick<RecordRow, "index">, filter: RecordFilter): boolean {
    return this.#read((tables) => {
      let live = this.#live.get(filter);
      if (live === undefined) {
        live = new LiveFilter(filter);
        this.#live.set(filter, live);
      }
      return live.matches(tables, row.index);
    });
  }

  /** Whether no later record of its action is known. */
  isLatest(index: number): boolean {
    return this.#read(({ columns, cursor }) => index >= 0 && index < cursor && columns.isLatest(index));
  }

  /** The row of one entry. */
  row(index: number): RecordRow | undefined {
    return this.#read((tables) =>
      index >= 0 && index < tables.cursor && !tables.columns.isForgotten(index)
        ? rowsAt(tables, [index])[0]
        : undefined,
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

  /** What models cost. @throws ViewsError FILTER_INVALID */
  costs(query: CostQuery): CostPage {
    return this.#read((tables) => costPage(tables, query));
  }

  /** The runs of agents, the newest first. */
  sessions(query: SessionQuery): SessionPage {
    return this.#read((tables) => sessionPage(tables, query));
  }

  /** One of them; undefined when there is no record of it. */
  session(id: string, nowMs: number): SessionSummary | undefined {
    return this.#read((tables) => sessionSummary(tables, id, nowMs));
  }

  /** At most `limit` rows of a session and of those that it began, oldest first. */
  threadRows(session: string, limit: number): readonly number[] {
    return this.#read((tables) => familyRows(tables, session, limit));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listeners.clear();
    this.#forgetters.clear();
    this.#purgeWatchers.clear();
    this.#tables.close();
    this.#lock.release();
  }

  async #follow(): Promise<void> {
    const { reader } = this.#options;
    await reader.refresh();
    this.#checkOpen();
    if (this.#trouble !== undefined) await this.#mend(this.#trouble);
    if (!(await continuesLedger(this.#tables, reader))) this.#beginAnew();
    const end = reader.size;
    while (this.cursor < end && !this.#isClosed) {
      const first = this.cursor;
      const tables = this.#tables;
      const batch = await readBatch(reader, first, Math.min(first + BATCH_MAX, end), (found) =>
        newRow(tables, found),
      );
      if (this.#isClosed || batch.rows.length === 0) break;
      await (batch.order === undefined ? this.#take(batch) : this.#obey(batch, batch.order));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#checkOpen();
    this.#purger.start();
  }

  async #take({ leaf, rows }: Batch<NewRow>): Promise<void> {
    const tables = this.#tables;
    const first = tables.cursor;
    this.#extend(() => tables.extend(leaf, () => indexBatch(tables, rows)));
    this.#tell(first, rows);
  }

  /** With the order itself, what it destroys is gone from every list. */
  async #obey({ leaf, rows }: Batch<NewRow>, { keys }: ErasureOrder): Promise<void> {
    const tables = this.#tables;
    const number = tables.cursor;
    const doomed = new Doomed(tables, keys, number);
    const loss = await tableLoss(tables, doomed, () => this.#isClosed);
    if (loss === undefined) return;
    this.#extend(() =>
      tables.extend(leaf, () => {
        indexBatch(tables, rows);
        forget(tables, number, doomed, loss);
      }),
    );
    for (const listener of this.#forgetters) listener();
    this.#tell(number, rows);
  }

  #purgeFailed(cause: unknown): void {
    this.#purgeFailure = cause;
    if (isDamage(cause) || isFileError(cause)) this.#trouble = isDamage(cause) ? "damaged" : "differs";
    for (const watcher of this.#purgeWatchers) watcher(this.#unpurged(cause));
  }

  #unpurged(cause: unknown): ViewsError {
    const why = cause instanceof Error ? `: ${cause.message}` : "";
    const message = `${this.#options.path} still holds what was destroyed${why}`;
    return new ViewsError("INDEX_FAILED", message, { cause });
  }

  #tell(first: number, batch: readonly NewRow[]): void {
    if (this.#listeners.size === 0) return;
    const rows = rowsOf(this.#tables, first, batch);
    for (const listener of this.#listeners) listener(rows, this.cursor);
  }

  #extend(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.#trouble = isDamage(cause) ? "damaged" : "differs";
      throw this.#failure("cannot be written", cause);
    }
  }

  #read<Answer>(question: (tables: IndexTables) => Answer): Answer {
    this.#checkOpen();
    try {
      return question(this.#tables);
    } catch (cause) {
      if (isDamage(cause)) this.#trouble = "damaged";
      throw this.#failure("cannot be read", cause);
    }
  }

  /** Mistakes of ours are no failures of the file, and stay what they are. */
  #failure(what: string, cause: unknown): unknown {
    if (!isDamage(cause) && !isFileError(cause)) return cause;
    return new ViewsError("INDEX_FAILED", `${this.#options.path} ${what}`, { cause });
  }

  /** A full disk leaves a file that is whole, and memory that is ahead of it. */
  async #mend(trouble: "differs" | "damaged"): Promise<void> {
    if (trouble === "damaged") this.#beginAnew();
    else {
      this.#tables.close();
      this.#tables = await openTables(this.#options);
      this.#live = new WeakMap();
    }
    this.#trouble = undefined;
  }

  #beginAnew(): void {
    this.#tables.close();
    this.#tables = newTables(this.#options);
    this.#live = new WeakMap();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ViewsError("INDEX_CLOSED", "the index was closed");
  }
}
