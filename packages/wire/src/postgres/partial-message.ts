/** Smaller messages get their full size at once. */
const initialBytesMax = 8192;

/**
 * Collects a message that arrives in more than one chunk.
 *
 * Memory grows with what has really come, by doubling, and never with what the length word promises: else five
 * bytes would be enough to make us allocate the largest message allowed.
 */
export class PartialMessage {
  readonly #size: number;
  #bytes: Buffer;
  #used = 0;

  constructor(size: number) {
    this.#size = size;
    this.#bytes = Buffer.allocUnsafeSlow(Math.min(size, initialBytesMax));
  }

  /** Copies what it lacks from `chunk`, beginning at `offset`, and returns the offset behind that. */
  append(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + this.#size - this.#used);
    this.#reserve(this.#used + end - offset);
    this.#used += chunk.copy(this.#bytes, this.#used, offset, end);
    return end;
  }

  /** The message, once it is complete. */
  get complete(): Buffer | undefined {
    return this.#used === this.#size ? this.#bytes.subarray(0, this.#size) : undefined;
  }

  get usedBytes(): number {
    return this.#used;
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#size, Math.max(needed, this.#bytes.length * 2)));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }
}
