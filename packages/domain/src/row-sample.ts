/** Some rows of a table. */
export interface RowSample {
  readonly columns: readonly string[];
  /** The columns of the primary key, by which the rows are in order; none where there is no such key. */
  readonly key: readonly string[];
  /** The server's text of each value; null is SQL's NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** There are more rows, or longer values, than are shown. */
  readonly isCut: boolean;
  /** Why there are none, when they could not be read. */
  readonly unread?: string;
}

/** Rows of one table: as they were that are changed or gone, and as they are that are changed or new. */
export interface TableSample {
  readonly schema: string;
  readonly name: string;
  readonly before: RowSample;
  readonly after: RowSample;
}

/** What a human is shown of the rows themselves. */
export interface SampledRows {
  readonly tables: readonly TableSample[];
  /** What is not shown, and why; each a sentence without its full stop. */
  readonly notes: readonly string[];
}

/** As they are on record: nobody can tell from their digest alone what they were. */
export interface SaltedRows extends SampledRows {
  readonly salt: string;
}
