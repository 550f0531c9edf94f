const LF = 0x0a;
const CR = 0x0d;

/** Of an answer in which nobody can see events, so much is kept back: the last event is in it, however it is compressed. */
const KEPT_BYTES_MIN = 4096;

/** Behind the last event nothing belongs to an answer any more; somebody who sends more than this is not believed. */
const BEHIND_BYTES_MAX = 64 * 1024;

export interface LastEvent {
  /** What the data of the last event has in it, at least: only such data is looked at. */
  readonly marks: readonly string[];
  isLast(data: string): boolean;
}

/**
 * Keeps back the end of an answer until its final record is written: a client must not go on with an answer that the
 * ledger does not have. What may be its end is kept back, all else goes on at once.
 *
 * Of a stream of events, that is the piece with which the data of the last event is complete, and all behind it. Of any other
 * answer, and of one that is compressed, it is always the newest few kilobytes.
 */
export class AnswerHold {
  readonly #last: LastEvent | undefined;
  readonly #marks: readonly Buffer[];
  /** The line that has begun and not ended. */
  #line: Buffer[] = [];
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isLast = false;

  /** Without `last`, nobody can see events. */
  constructor(last?: LastEvent) {
    this.#last = last;
    this.#marks = (last?.marks ?? []).map((mark) => Buffer.from(mark));
  }

  /** What may go on now. @throws Error when more follows the last event than could belong to it */
  take(piece: Buffer): Buffer[] {
    if (this.#last === undefined) return this.#keepNewest(piece);
    if (!this.#isLast) this.#scan(piece);
    if (!this.#isLast) return [piece];
    this.#keep(piece);
    if (this.#keptBytes > BEHIND_BYTES_MAX + (this.#kept[0]?.length ?? 0))
      throw new Error("the provider went on after the last event of its answer");
    return [];
  }

  /** Whether the last event has come, up to the blank line that ends it. */
  get hasEnded(): boolean {
    if (!this.#isLast) return false;
    const end = Buffer.concat(this.#kept.slice(-4)).subarray(-4).toString("latin1");
    return /(\n\n|\r\r|\r\n\r\n)$/.test(end);
  }

  /** All that was kept, once that may go on. */
  release(): Buffer[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    return kept;
  }

  #keepNewest(piece: Buffer): Buffer[] {
    this.#keep(piece);
    const free: Buffer[] = [];
    while (this.#kept.length > 1 && this.#keptBytes - (this.#kept[0]?.length ?? 0) >= KEPT_BYTES_MIN) {
      const [oldest = Buffer.alloc(0)] = this.#kept.splice(0, 1);
      this.#keptBytes -= oldest.length;
      free.push(oldest);
    }
    return free;
  }

  #keep(piece: Buffer): void {
    this.#kept.push(piece);
    this.#keptBytes += piece.length;
  }

  #scan(piece: Buffer): void {
    const end = lineEnd(piece, 0);
    if (end !== -1) this.#endLine(piece.subarray(0, end));
    if (end !== -1 && !this.#isLast) this.#scanLines(piece.subarray(end + 1));
    if (this.#isLast) return;
    const begin = lastLineEnd(piece, piece.length) + 1;
    if (begin < piece.length) this.#line.push(Buffer.from(piece.subarray(begin)));
  }

  /** Of whole lines only those are read that have a mark in them, which most pieces have nowhere. */
  #scanLines(lines: Buffer): void {
    for (const mark of this.#marks)
      for (let at = lines.indexOf(mark); at !== -1 && !this.#isLast; at = lines.indexOf(mark, at)) {
        const end = lineEnd(lines, at);
        if (end === -1) break;
        this.#isLast = this.#isLastLine(lines.subarray(lastLineEnd(lines, at) + 1, end));
        at = end;
      }
  }

  #endLine(rest: Buffer): void {
    const line = this.#line.length === 0 ? rest : Buffer.concat([...this.#line, rest]);
    this.#line = [];
    this.#isLast = this.#isLastLine(line);
  }

  /** A text that only speaks of the last event has its words too, so what has them is read. */
  #isLastLine(line: Buffer): boolean {
    if (!this.#marks.some((mark) => line.includes(mark))) return false;
    const [, data] = /^data: ?(.*)$/s.exec(line.toString("utf8")) ?? [];
    return data !== undefined && this.#last?.isLast(data) === true;
  }
}

/** Where the last line ends before `until`, or -1. */
function lastLineEnd(piece: Buffer, until: number): number {
  const lines = piece.subarray(0, until);
  return Math.max(lines.lastIndexOf(LF), lines.lastIndexOf(CR));
}

/** Where a line ends at or behind `from`, or -1. */
function lineEnd(piece: Buffer, from: number): number {
  const lf = piece.indexOf(LF, from);
  const cr = piece.subarray(from, lf === -1 ? piece.length : lf).indexOf(CR);
  return cr === -1 ? lf : from + cr;
}

/** Whether these bytes say nothing: line ends and comments. */
export function isQuiet(bytes: Buffer): boolean {
  return /^(?:[\r\n]|:[^\r\n]*(?:[\r\n]|$))*$/.test(bytes.toString("latin1"));
}
