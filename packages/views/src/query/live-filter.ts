import type { RecordFilter } from "@custody/domain";
import { BATCH_MAX } from "../indexing/batch.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { type RowFilter, rowFilter } from "./row-filter.ts";
import { rowFits } from "./scan.ts";
import { matchExpression } from "./search.ts";

/** A filter that rows are held against one by one, as they come. */
export class LiveFilter {
  readonly #filter: RecordFilter;
  #rows: RowFilter | undefined;
  #match: string | undefined;
  /** The newest documents that have the words, as of `#cursor`. */
  #documents: ReadonlySet<number> = new Set();
  #from = 0;
  #cursor = -1;

  constructor(filter: RecordFilter) {
    this.#filter = filter;
  }

  matches(tables: IndexTables, index: number): boolean {
    const { columns, contexts, shapes } = tables;
    if (index < 0 || index >= columns.size) return false;
    // It is worked out for the values that there were.
    if (this.#rows?.contexts.length !== contexts.size || this.#rows.shapes.length !== shapes.size) {
      this.#rows = rowFilter(tables, this.#filter);
      this.#match = matchExpression(tables, this.#filter);
      this.#cursor = -1;
    }
    if (!rowFits(columns, index, this.#rows, "records")) return false;
    return this.#match === undefined || this.#hasWords(tables, this.#match, index);
  }

  /** One question for all rows of the newest batches; one for each older row. */
  #hasWords({ columns, file }: IndexTables, match: string, index: number): boolean {
    const document = columns.document(index);
    if (this.#cursor !== columns.size) {
      this.#cursor = columns.size;
      this.#from = Math.max(0, columns.size - 2 * BATCH_MAX);
      this.#documents = new Set(file.parts.documents(match, this.#from, columns.size, 2 * BATCH_MAX));
    }
    if (document >= this.#from) return this.#documents.has(document);
    return file.parts.documents(match, document, document, 1).length > 0;
  }
}
