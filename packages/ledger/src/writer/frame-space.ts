/** Frames are cut from slabs of this size; one that would take more than half gets memory of its own. */
const SLAB_BYTES = 4 * 1024 * 1024;

/** How many unused slabs wait to be used again; what a busy log has between two integrations. */
const SPARE_MAX = 4;

/** A slab, and how many frames in it are still needed. */
interface Slab {
  readonly bytes: Buffer;
  frames: number;
}

/** What holds a frame's memory: to be given back when the frame is integrated. Undefined when it has memory of its own. */
export type FrameMemory = Slab | undefined;

/**
 * Memory for frames, cut from slabs that are used again and again: fresh memory costs the kernel a zeroed page for each
 * four kilobytes, and the garbage collector a whole round for every few frames.
 */
export class FrameSpace {
  #slab: Slab = { bytes: Buffer.alloc(0), frames: 0 };
  #used = 0;
  readonly #spare: Slab[] = [];
  /** The last reservation was too large for a slab. */
  #isOwn = false;

  /** Room for `bytes`, valid until the next call of `reserve` unless `keep` is called. */
  reserve(bytes: number): Buffer {
    this.#isOwn = bytes > SLAB_BYTES / 2;
    if (this.#isOwn) return Buffer.allocUnsafeSlow(bytes);
    if (this.#used + bytes > this.#slab.bytes.length) this.#begin();
    return this.#slab.bytes.subarray(this.#used, this.#used + bytes);
  }

  /** So much of the last reservation stays in use, until it is given back. */
  keep(bytes: number): FrameMemory {
    if (this.#isOwn) return undefined;
    this.#used += bytes;
    this.#slab.frames += 1;
    return this.#slab;
  }

  /** Nothing reads or writes the frame any more. */
  giveBack(memory: FrameMemory): void {
    if (memory === undefined) return;
    memory.frames -= 1;
    if (memory.frames > 0) return;
    if (memory === this.#slab) this.#used = 0;
    else if (this.#spare.length < SPARE_MAX) this.#spare.push(memory);
  }

  #begin(): void {
    this.#slab = this.#spare.pop() ?? { bytes: Buffer.allocUnsafeSlow(SLAB_BYTES), frames: 0 };
    this.#used = 0;
  }
}
