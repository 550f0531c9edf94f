import type { IndexTables } from "../indexing/index-tables.ts";

/** The rows that an order destroys: those below it whose entries are encrypted with one of its keys. */
export class Doomed {
  /** Nothing from here on is destroyed. */
  readonly end: number;
  readonly #columns: IndexTables["columns"];
  /** 1 for contexts with such a key. */
  readonly #contexts: Uint8Array;

  constructor({ columns, contexts }: IndexTables, keys: readonly string[], end: number) {
    const destroyed = new Set(keys);
    this.#columns = columns;
    this.#contexts = Uint8Array.from(contexts.values(), ({ keyId }) => (destroyed.has(keyId) ? 1 : 0));
    this.end = end;
  }

  has(index: number): boolean {
    const columns = this.#columns;
    return index < this.end && !columns.isForgotten(index) && this.#contexts[columns.context(index)] === 1;
  }

  /** In rising order, from `from` up to, but without, `to`. */
  *rows(from = 0, to: number = this.end): Generator<number, void, undefined> {
    for (let index = from; index < Math.min(to, this.end); index += 1) if (this.has(index)) yield index;
  }
}
