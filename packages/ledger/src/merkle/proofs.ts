/**
 * Making proofs, by RFC 6962, section 2.1.1 and 2.1.2 (https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1.1).
 * Checking them is the verifier's work, in `../verifier/proof.ts`, and shares no code with this file on purpose.
 */
import { HASH_BYTES, hashNodeInto } from "./hash.ts";

/** Gives the root of the complete subtree of 2^level leaves that begins at leaf `index * 2^level`. */
export type ReadHash = (level: number, index: number) => Uint8Array;

/** The hashes from the leaf's sibling up to the root's child, which with the leaf's own hash give the root. */
export function inclusionProof(index: number, size: number, read: ReadHash): Buffer[] {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`leaf ${index} is not in a tree of size ${size}`);
  }
  const proof: Buffer[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const split = begin + splitPoint(end - begin);
    if (index < split) {
      proof.push(rangeHash(split, end, read));
      end = split;
    } else {
      proof.push(rangeHash(begin, split, read));
      begin = split;
    }
  }
  return proof.reverse();
}

/** The hashes which show that the tree of size `first` is the beginning of the tree of size `second`. */
export function consistencyProof(first: number, second: number, read: ReadHash): Buffer[] {
  if (!Number.isSafeInteger(second) || !Number.isSafeInteger(first) || first < 0 || first > second) {
    throw new RangeError(`a tree of size ${second} does not begin with one of size ${first}`);
  }
  if (first === 0 || first === second) return [];
  const proof: Buffer[] = [];
  let begin = 0;
  let end = second;
  while (end !== first) {
    const split = begin + splitPoint(end - begin);
    if (first <= split) {
      proof.push(rangeHash(split, end, read));
      end = split;
    } else {
      proof.push(rangeHash(begin, split, read));
      begin = split;
    }
  }
  // When the old tree is itself a complete subtree of the new one, the verifier already has its hash: the old root.
  if (begin > 0) proof.push(rangeHash(begin, end, read));
  return proof.reverse();
}

/** The hashes of the largest complete subtrees that the leaves from `begin` up to `end` are made of, in their order. */
export function subtreesBetween(begin: number, end: number, read: ReadHash): Buffer[] {
  const hashes: Buffer[] = [];
  for (let position = begin; position < end; ) {
    let { leaves, level } = largestSubtree(end - position);
    for (; position % leaves !== 0; level -= 1) leaves /= 2;
    hashes.push(Buffer.from(read(level, position / leaves)));
    position += leaves;
  }
  return hashes;
}

/** The root over the leaves from `begin` up to `end`. `begin` must be where a subtree of that length can begin. */
export function rangeHash(begin: number, end: number, read: ReadHash): Buffer {
  const subtrees: Uint8Array[] = [];
  for (let position = begin; position < end; ) {
    const { level, leaves } = largestSubtree(end - position);
    subtrees.push(read(level, position / leaves));
    position += leaves;
  }
  const hash = Buffer.allocUnsafeSlow(HASH_BYTES);
  hash.set(subtrees.pop()!);
  for (let left = subtrees.pop(); left !== undefined; left = subtrees.pop())
    hashNodeInto(hash, 0, left, 0, hash, 0);
  return hash;
}

/** The largest power of two that is smaller than `count`: where RFC 6962 splits a range in two. */
function splitPoint(count: number): number {
  const { leaves } = largestSubtree(count);
  return leaves === count ? leaves / 2 : leaves;
}

/** The largest power of two that is not larger than `count`. By doubling, since shifts cut numbers to 32 bits. */
function largestSubtree(count: number): { level: number; leaves: number } {
  let level = 0;
  let leaves = 1;
  while (leaves * 2 <= count) {
    leaves *= 2;
    level++;
  }
  return { level, leaves };
}
