/** Made once: an empty Buffer costs as much as a small one. */
const NOTHING = Buffer.alloc(0);

/**
 * What goes on to the client of the chunks that came from the server: the received bytes, cut only where a refusal
 * takes the place of an error.
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

  begin(chunk: Buffer): void {
    this.#end = Math.max(0, this.#end - this.#chunk.length);
    this.#chunk = chunk;
    this.#parts = [];
    this.#from = 0;
  }

  /** Up to here the chunk may go on. */
  seen(end: number): void {
    this.#end = end;
  }

  /** Puts `replacement` in the place of the message that began at `start` and has just ended at `end`. */
  replace(start: number, end: number, replacement: Buffer): void {
    if (start >= 0) this.#push(start);
    this.#held = NOTHING;
    this.#parts.push(replacement);
    this.#from = end;
    this.#end = end;
  }

  /** The parts of this chunk that may go on now, in order. */
  take(): Buffer[] {
    const end = Math.min(this.#end, this.#chunk.length);
    this.#push(end);
    if (end < this.#chunk.length) this.#held = Buffer.concat([this.#held, this.#chunk.subarray(end)]);
    return this.#parts;
  }

  #push(end: number): void {
    if (end <= this.#from) return;
    if (this.#held.length > 0) this.#parts.push(this.#held);
    this.#held = NOTHING;
    this.#parts.push(this.#chunk.subarray(this.#from, end));
    this.#from = end;
  }
}
