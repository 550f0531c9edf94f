import { copyHash, emptyRoot, HASH_BYTES, hashNodeInto } from "./hash.ts";

/** One hash for each bit that is set in the size, and a size is below 2^53; one more place for a leaf before it merges. */
const HASHES_MAX = 54;

/**
 * The right edge of a growing tree: the roots of the complete subtrees that its size is made of, largest first. A tree
 * of 11 leaves is kept as three hashes, over 8, 2 and 1 leaves. That is all one needs to append, and to know the root.
 *
 * Sizes are JavaScript numbers up to 2^53 - 1. They are halved with `%` and `/`, never with `&` and `>>`, because those
 * silently cut a number to 32 bits, and the tree would go wrong after two billion entries.
 */
export class CompactRange {
  #size = 0;
  #count = 0;
  readonly #slab = Buffer.allocUnsafeSlow(HASHES_MAX * HASH_BYTES);

  /** Takes a range up again where it was left; `hashes` are what `hashes()` gave at that size. */
  static fromHashes(size: number, hashes: readonly Uint8Array[]): CompactRange {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not the size of a tree`);
    if (hashes.length !== countSetBits(size)) {
      throw new RangeError(
        `a tree of size ${size} has ${countSetBits(size)} hashes on its edge, not ${hashes.length}`,
      );
    }
    const range = new CompactRange();
    for (const [position, hash] of hashes.entries()) copyHash(range.#slab, position * HASH_BYTES, hash, 0);
    range.#size = size;
    range.#count = hashes.length;
    return range;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the leaf hash that stands in `leafHash` at `offset`. Costs one node hash on average. */
  append(leafHash: Uint8Array, offset = 0): void {
    if (this.#size === Number.MAX_SAFE_INTEGER)
      throw new RangeError("a tree cannot grow beyond 2^53 - 1 leaves");
    copyHash(this.#slab, this.#count * HASH_BYTES, leafHash, offset);
    let top = this.#count;
    // As in binary addition: each trailing one of the old size is a subtree that the new one completes and merges with.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = (top - 1) * HASH_BYTES;
      hashNodeInto(this.#slab, left, this.#slab, left, this.#slab, left + HASH_BYTES);
      top--;
    }
    this.#count = top + 1;
    this.#size++;
  }

  /** The root at the present size. The smallest subtrees are joined first, and each becomes the right-hand side. */
  root(): Buffer {
    if (this.#count === 0) return emptyRoot();
    const root = Buffer.allocUnsafeSlow(HASH_BYTES);
    copyHash(root, 0, this.#slab, (this.#count - 1) * HASH_BYTES);
    for (let position = this.#count - 2; position >= 0; position--) {
      hashNodeInto(root, 0, this.#slab, position * HASH_BYTES, root, 0);
    }
    return root;
  }

  /** The hashes on the right edge, largest subtree first, in memory of their own. */
  hashes(): Buffer[] {
    return Array.from({ length: this.#count }, (_, position) =>
      Buffer.from(this.#slab.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES)),
    );
  }

  /** A second range in the same state, so that a batch can be tried and thrown away. */
  clone(): CompactRange {
    const copy = new CompactRange();
    copy.#slab.set(this.#slab.subarray(0, this.#count * HASH_BYTES));
    copy.#size = this.#size;
    copy.#count = this.#count;
    return copy;
  }
}

function countSetBits(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
