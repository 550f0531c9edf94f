/** Small frames share memory of this size; larger ones get their own. */
const SLAB_BYTES = 1024 * 1024;

/**
 * Memory for frames, cut from slabs: allocating for each small commit by itself would cost more than sealing it.
 * A slab is freed by the garbage collector when all its frames are integrated.
 */
export class FrameSpace {
  #slab: Buffer = Buffer.alloc(0);
  #used = 0;
  /** The last reservation was too large for a slab. */
  #isOwn = false;

  /** Room for `bytes`, valid until the next call of `reserve` unless `keep` is called. */
  reserve(bytes: number): Buffer {
    this.#isOwn = bytes > SLAB_BYTES / 4;
    if (this.#isOwn) return Buffer.allocUnsafeSlow(bytes);
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    return this.#slab.subarray(this.#used, this.#used + bytes);
  }

  /** So much of the last reservation stays in use. */
  keep(bytes: number): void {
    if (!this.#isOwn) this.#used += bytes;
  }
}
