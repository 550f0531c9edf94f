/** Made once: an empty Buffer costs as much as a small one. */
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * What goes on to the client of the chunks that came from the server: the received bytes, without the answers to what we
 * asked ourselves, and cut where a refusal takes the place of an error.
 *
 * The beginning of a message that must be seen whole is held back until the rest has come, so that nothing of an
 * error that will be replaced has been sent.
 */
export class Output {
  #held: Buffer = NOTHING;
  #chunk: Buffer = NOTHING;
  #parts: Buffer[] = [];
  #from = 0;
  /** Where the last complete message, or a passed message's body, ends; beyond the chunk when a body goes on. */
  #end = 0;
  /** A message, in its parts, that may still turn out to be the wrong one, and what came behind it. */
  #waiting: { readonly first: Buffer[]; readonly rest: Buffer[] } | undefined;

  begin(chunk: Buffer): void {
    this.#end = Math.max(0, this.#end - this.#chunk.length);
    this.#from = Math.max(0, this.#from - this.#chunk.length);
    this.#chunk = chunk;
    this.#parts = [];
  }

  /** Up to here the chunk may go on. */
  seen(end: number): void {
    this.#end = end;
  }

  /** Puts `replacement` in the place of the message that began at `start` and has just ended at `end`. */
  replace(start: number, end: number, replacement: Buffer): void {
    this.drop(start, end);
    this.#queue.push(replacement);
  }

  /** Leaves out the message that began at `start` and ends at `end`, which may be beyond the chunk. */
  drop(start: number, end: number): void {
    this.#cutBefore(start);
    this.#held = NOTHING;
    this.#from = end;
    this.#end = end;
  }

  /** The message that began at `start` and has just ended at `end`, and all behind it, waits for `release`. */
  wait(start: number, end: number): void {
    this.#cutBefore(start);
    const before = this.#parts;
    this.#parts = [];
    this.#push(end);
    this.#waiting = { first: this.#parts, rest: [] };
    this.#parts = before;
  }

  /**
   * What waited goes on, with everything before `start`; without the message that it began with, when that is no longer
   * true.
   */
  release(start: number, withoutFirst = false): void {
    if (this.#waiting === undefined) return;
    this.#cutBefore(start);
    const { first, rest } = this.#waiting;
    this.#waiting = undefined;
    this.#parts.push(...(withoutFirst ? rest : [...first, ...rest]));
  }

  /** The parts of this chunk that may go on now, in order. */
  take(): Buffer[] {
    const end = Math.min(this.#end, this.#chunk.length);
    this.#push(end);
    if (end < this.#chunk.length) this.#held = Buffer.concat([this.#held, this.#chunk.subarray(end)]);
    return this.#parts;
  }

  get #queue(): Buffer[] {
    return this.#waiting?.rest ?? this.#parts;
  }

  /** Of a message that began in an earlier chunk, the beginning is what is held. */
  #cutBefore(start: number): void {
    if (start >= 0) this.#push(start);
  }

  #push(end: number): void {
    if (end <= this.#from) return;
    const queue = this.#queue;
    if (this.#held.length > 0) queue.push(this.#held);
    this.#held = NOTHING;
    queue.push(this.#chunk.subarray(this.#from, end));
    this.#from = end;
  }
}
