/** Far more than an hour has; those that are forgotten count as somebody else's. */
const INDEXES_MAX = 10_000;

/**
 * Which entries of the ledger are there only because checkpoints were kept. A checkpoint that covers nothing new but these
 * is no news: a record about it would make the next checkpoint, and that the next record, without end.
 */
export class OwnRecords {
  #indexes: number[] = [];

  add(index: number): void {
    this.#indexes.push(index);
    if (this.#indexes.length > INDEXES_MAX) this.#indexes = this.#indexes.slice(-INDEXES_MAX / 2);
  }

  /** Whether somebody else's entries stand between the two sizes. */
  isNews(fromSize: number, toSize: number): boolean {
    const own = this.#indexes.filter((index) => index >= fromSize && index < toSize).length;
    return toSize - fromSize > own;
  }
}
