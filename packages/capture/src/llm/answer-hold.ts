/** As many pieces as the longest blank line could be divided into, and the line end before it. */
const BLANK_LINE_BYTES = 4;

/**
 * Keeps back the end of an answer until its final record is written: a client must not go on with an answer that the
 * ledger does not have. What may be its end is kept back, all else goes on at once.
 *
 * Of a stream, that is the piece in which a mark of the last event begins, and all behind it. Of any other answer, and of
 * one that is compressed, in which nobody can see marks, it is always the newest piece, until another one follows.
 */
export class AnswerHold {
  readonly #marks: readonly Buffer[];
  readonly #tailBytes: number;
  #tail: Buffer = Buffer.alloc(0);
  #kept: Buffer[] = [];
  #hasEnded = false;

  /** Without marks, every newest piece is kept. */
  constructor(marks: readonly string[]) {
    this.#marks = marks.map((mark) => Buffer.from(mark));
    this.#tailBytes = Math.max(0, ...this.#marks.map(({ length }) => length - 1));
  }

  /** What may go on now. */
  take(piece: Buffer): Buffer[] {
    if (this.#hasEnded) {
      this.#kept.push(piece);
      return [];
    }
    if (this.#marks.length === 0) {
      const before = this.#kept;
      this.#kept = [piece];
      return before;
    }
    // A mark may be divided by pieces: its beginning has gone on then, and what is kept is the rest of it.
    const seen = Buffer.concat([this.#tail, piece]);
    this.#hasEnded = this.#marks.some((mark) => seen.includes(mark));
    this.#tail = seen.subarray(Math.max(0, seen.length - this.#tailBytes));
    if (!this.#hasEnded) return [piece];
    this.#kept = [piece];
    return [];
  }

  /** Whether the last event has come, up to the blank line that ends it. More may follow, which says nothing any more. */
  get hasEnded(): boolean {
    if (!this.#hasEnded) return false;
    const end = Buffer.concat(this.#kept.slice(-BLANK_LINE_BYTES)).toString("latin1");
    return /(\n\n|\r\r|\r\n\r\n)$/.test(end);
  }

  /** All that was kept, once that may go on. */
  release(): Buffer[] {
    const kept = this.#kept;
    this.#kept = [];
    return kept;
  }
}
