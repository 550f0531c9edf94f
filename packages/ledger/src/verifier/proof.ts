/**
 * Checking proofs, by RFC 9162, section 2.1.3.2 and 2.1.4.2
 * (https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1.3.2). Names follow the RFC: `fn` and `sn` are the positions
 * of the node and of the last node, in the level of the tree that the walk has reached.
 *
 * Every number and hash here may come from an attacker. Numbers are safe integers and are halved by division, since the
 * bit operators of JavaScript cut them to 32 bits.
 */
import { LedgerError } from "../error.ts";
import { encodeBase64 } from "./base64.ts";
import { isSameBytes } from "./bytes.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./tree-hash.ts";

/** A tree of 2^53 leaves is 53 levels high, and a consistency proof can name one more hash. */
const PROOF_HASHES_MAX = 63;

export interface InclusionClaim {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
  readonly size: number;
}

export interface ConsistencyClaim {
  readonly first: number;
  readonly firstRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly second: number;
  readonly secondRoot: Uint8Array;
}

/** Returns if the leaf stands at `index` in the tree; throws `PROOF_MALFORMED` or `PROOF_INVALID` otherwise. */
export async function verifyInclusion(
  claim: InclusionClaim,
  primitives: Primitives = webPrimitives,
): Promise<void> {
  checkHashes([claim.root]);
  const root = await inclusionRoot(claim, primitives);
  if (!isSameBytes(root, claim.root)) invalid("the proof does not lead from the leaf to the root");
}

/** The root that a proof leads to, whoever vouches for it; throws `PROOF_MALFORMED`. */
export async function inclusionRoot(
  { index, leafHash, proof, size }: Omit<InclusionClaim, "root">,
  primitives: Primitives,
): Promise<Uint8Array> {
  if (!isCount(size) || !isCount(index) || index >= size) malformed("the index is not in the tree");
  checkHashes([leafHash, ...proof]);
  let fn = index;
  let sn = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (sn === 0) malformed("the proof is too long");
    if (isOdd(fn) || fn === sn) {
      hash = await nodeHash(sibling, hash, primitives);
      // A node without a right-hand neighbour moves up as it is, until it has a left-hand one.
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = await nodeHash(hash, sibling, primitives);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) malformed("the proof is too short");
  return hash;
}

/** Returns if the second tree begins with the first one; throws `PROOF_MALFORMED` or `PROOF_INVALID` otherwise. */
export async function verifyConsistency(
  claim: ConsistencyClaim,
  primitives: Primitives = webPrimitives,
): Promise<void> {
  const { first, firstRoot, proof, second, secondRoot } = claim;
  if (!isCount(first) || !isCount(second) || first > second)
    malformed("the second tree is smaller than the first");
  checkHashes([firstRoot, secondRoot, ...proof]);
  if (first === 0 || first === second) return checkWithoutProof(claim);

  // When the first size is a power of two, its root is itself the node where the walk begins, and is left out.
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  const start = path[0] ?? malformed("the proof is too short");
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [start, start];
  for (const sibling of path.slice(1)) {
    if (sn === 0) malformed("the proof is too long");
    if (isOdd(fn) || fn === sn) {
      fr = await nodeHash(sibling, fr, primitives);
      sr = await nodeHash(sibling, sr, primitives);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = await nodeHash(sr, sibling, primitives);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) malformed("the proof is too short");
  if (!isSameBytes(fr, firstRoot)) invalid("the proof does not lead to the first root");
  if (!isSameBytes(sr, secondRoot)) invalid("the proof does not lead to the second root");
}

/** Every tree begins with the empty one, and with itself. Neither needs a proof, so none may be there. */
function checkWithoutProof({ first, firstRoot, proof, second, secondRoot }: ConsistencyClaim): void {
  if (proof.length > 0) malformed("the proof is too long");
  if (first === 0 && encodeBase64(firstRoot) !== EMPTY_ROOT)
    invalid("the first root is not that of an empty tree");
  if (first === second && !isSameBytes(firstRoot, secondRoot)) invalid("one size has two roots");
}

function checkHashes(hashes: readonly Uint8Array[]): void {
  if (hashes.length > PROOF_HASHES_MAX + 2) malformed("the proof is too long");
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) malformed("a hash does not have 32 bytes");
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}

function malformed(why: string): never {
  throw new LedgerError("PROOF_MALFORMED", `Not a proof: ${why}`);
}

function invalid(why: string): never {
  throw new LedgerError("PROOF_INVALID", `The proof is wrong: ${why}`);
}
