/**
 * The two hashes of the tree, by RFC 6962, section 2.1 (https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1):
 *
 *     leaf = SHA-256(0x00 || entry)
 *     node = SHA-256(0x01 || left || right)
 *
 * The first byte keeps the two apart. Without it, whoever writes an entry that is itself two hashes side by side could
 * pass a node off as a leaf.
 *
 * The writer hashes each entry about twice, and the verifier does nothing else, so nothing here makes a Buffer: digests
 * go into memory that the caller already has. Copying 32 bytes in a loop is faster than `Buffer.copy`, which makes a view
 * first.
 */
import { hash } from "node:crypto";
import { DIGEST_BYTES, type Digest, putDigest, sha256 } from "./digest.ts";

export const HASH_BYTES: number = DIGEST_BYTES;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** Scratch memory, which is safe to share because nothing here is asynchronous. */
const node: Buffer = Buffer.allocUnsafeSlow(1 + 2 * HASH_BYTES);
node[0] = NODE_PREFIX;

/** Grows to the longest entry seen. An entry is at most 65,535 bytes, since its length is two bytes in a bundle. */
let leaf: Buffer = Buffer.allocUnsafeSlow(4096);
leaf[0] = LEAF_PREFIX;

/** Writes the leaf hash of `entry` into `target` at `offset`. */
export function hashLeafInto(target: Uint8Array, offset: number, entry: Uint8Array): void {
  const length = 1 + entry.length;
  if (length > leaf.length) {
    leaf = Buffer.allocUnsafeSlow(length * 2);
    leaf[0] = LEAF_PREFIX;
  }
  leaf.set(entry, 1);
  putDigest(target, offset, sha256(leaf.subarray(0, length)));
}

/**
 * The leaf hash of the entry that stands in `bytes` from `start` to `end`, behind the length that it has in a bundle or
 * a frame. While it is hashed the prefix stands in the length's last byte, so that nothing is copied.
 */
export function hashLeafInPlace(bytes: Buffer, start: number, end: number): Digest {
  const covered = bytes[start - 1] as number;
  bytes[start - 1] = LEAF_PREFIX;
  const digest = sha256(bytes.subarray(start - 1, end));
  bytes[start - 1] = covered;
  return digest;
}

/** Writes the hash of two nodes into `target` at `offset`, which may be where one of them stands. */
export function hashNodeInto(
  target: Uint8Array,
  offset: number,
  left: Uint8Array,
  leftOffset: number,
  right: Uint8Array,
  rightOffset: number,
): void {
  copyHash(node, 1, left, leftOffset);
  copyHash(node, 1 + HASH_BYTES, right, rightOffset);
  putDigest(target, offset, sha256(node));
}

/**
 * Hashes the `count` nodes in `nodes` in pairs, and writes the nodes above them into `target`, which may be the same
 * memory. What is left over of an odd count is left out.
 */
export function hashPairsInto(target: Uint8Array, nodes: Uint8Array, count: number): void {
  for (let pair = 0; pair < Math.floor(count / 2); pair += 1) {
    const begin = pair * 2 * HASH_BYTES;
    for (let at = 0; at < 2 * HASH_BYTES; at += 1) node[1 + at] = nodes[begin + at] as number;
    putDigest(target, pair * HASH_BYTES, sha256(node));
  }
}

/** The leaf hash of `entry`, in memory of its own. */
export function hashLeaf(entry: Uint8Array): Buffer {
  const digest = Buffer.allocUnsafeSlow(HASH_BYTES);
  hashLeafInto(digest, 0, entry);
  return digest;
}

/** The root of a tree without leaves, which is the hash of nothing at all. */
export function emptyRoot(): Buffer {
  return Buffer.from(hash("sha256", ""), "hex");
}

/** Copies one hash. A loop, because making a view for `set` costs more than moving 32 bytes. */
export function copyHash(target: Uint8Array, offset: number, source: Uint8Array, sourceOffset: number): void {
  if (sourceOffset + HASH_BYTES > source.length || offset + HASH_BYTES > target.length) {
    throw new RangeError("a hash of 32 bytes does not fit here");
  }
  for (let i = 0; i < HASH_BYTES; i++) target[offset + i] = source[sourceOffset + i]!;
}
