import type { RecordFilter, RecordRow } from "@custody/domain";
import type { Records } from "../records.ts";
import type { StreamQuery } from "../routes/schemas.ts";

/** A row as it is sent. */
export interface RowEvent {
  readonly index: number;
  readonly text: string;
}

/** Rows that are new. Streams that ask for the same share the work. */
export class RowBatch {
  /** With these rows, everything below it was looked at. */
  readonly cursor: number;
  readonly #rows: readonly RecordRow[];
  readonly #records: Records;
  readonly #byQuery = new Map<string, readonly RowEvent[]>();
  readonly #texts = new Map<number, RowEvent>();

  constructor(rows: readonly RecordRow[], cursor: number, records: Records) {
    this.#rows = rows;
    this.cursor = cursor;
    this.#records = records;
  }

  /** Those that a stream asks for, in order. */
  events({ filter, view }: StreamQuery): readonly RowEvent[] {
    const name = JSON.stringify([view, filter]);
    let events = this.#byQuery.get(name);
    if (events === undefined) {
      const fitting = this.#fitting(filter);
      events = (view === "actions" ? newestOfEach(fitting) : fitting).map((row) => this.#event(row));
      this.#byQuery.set(name, events);
    }
    return events;
  }

  /** The index is asked once for all rows, since looking through a filter costs more than looking at a row. */
  #fitting(filter: RecordFilter): readonly RecordRow[] {
    const [first] = this.#rows;
    if (first === undefined || Object.keys(filter).length === 0) return this.#rows;
    return this.#records.rowsAfter(first.index - 1, filter, "records", this.#rows.length);
  }

  #event(row: RecordRow): RowEvent {
    let event = this.#texts.get(row.index);
    if (event === undefined) {
      event = rowEvent(row);
      this.#texts.set(row.index, event);
    }
    return event;
  }
}

export function rowEvent(row: RecordRow): RowEvent {
  return { index: row.index, text: `event: record\nid: ${row.index}\ndata: ${JSON.stringify(row)}\n\n` };
}

/** Of two records of one action in one batch, nobody needs to see the first. */
function newestOfEach(rows: readonly RecordRow[]): readonly RecordRow[] {
  const newest = new Map(rows.map((row) => [row.action, row.index]));
  return rows.filter(({ action, index }) => newest.get(action) === index);
}
