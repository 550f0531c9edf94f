import { LedgerError } from "../error.ts";
import { decodeBase64 } from "./base64.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from "./tree-hash.ts";

/** A complete subtree of 2^level leaves. */
interface Subtree {
  readonly level: number;
  readonly hash: Uint8Array;
}

/**
 * The root of a tree of which only some entries are at hand. They are handed over in their order, and for those between
 * them the hashes of the largest subtrees that hold none of them. One proof for many entries then takes no more than the
 * hashes that all their proofs would have in common, and it is checked in one pass that holds a hash for each level.
 *
 * Every hash may come from an attacker. One who can make another set of entries lead to a signed root has broken SHA-256,
 * since size and indexes alone decide which subtree each hash stands for.
 */
export class PartialTree {
  readonly #primitives: Primitives;
  /** The subtrees that the leaves so far are made of, largest first. */
  readonly #subtrees: Subtree[] = [];
  #size = 0;

  constructor(primitives: Primitives = webPrimitives) {
    this.#primitives = primitives;
  }

  /** How many leaves are accounted for. */
  get size(): number {
    return this.#size;
  }

  async append(leafHash: Uint8Array): Promise<void> {
    await this.#add({ level: 0, hash: leafHash });
  }

  /** Passes over the leaves up to, but without, `end`. @throws LedgerError PROOF_MALFORMED when these are not their hashes */
  async skip(end: number, hashes: readonly Uint8Array[]): Promise<void> {
    if (!Number.isSafeInteger(end) || end < this.#size) malformed("the entries are not in their order");
    for (const hash of hashes) {
      if (hash.length !== HASH_BYTES) malformed("a hash does not have 32 bytes");
      if (this.#size === end) malformed("there are more hashes between two entries than there can be");
      await this.#add({ level: largestLevel(this.#size, end), hash });
    }
    if (this.#size < end) malformed("hashes are missing between two entries");
  }

  async root(): Promise<Uint8Array> {
    const rest = [...this.#subtrees];
    let hash = rest.pop()?.hash ?? (decodeBase64(EMPTY_ROOT) as Uint8Array);
    for (let left = rest.pop(); left !== undefined; left = rest.pop())
      hash = await nodeHash(left.hash, hash, this.#primitives);
    return hash;
  }

  async #add(added: Subtree): Promise<void> {
    let { hash, level } = added;
    this.#size += 2 ** level;
    for (let left = this.#subtrees.at(-1); left?.level === level; left = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      hash = await nodeHash(left.hash, hash, this.#primitives);
      level += 1;
    }
    this.#subtrees.push({ hash, level });
  }
}

/** The level of the largest complete subtree that begins at leaf `begin` and does not reach beyond `end`. */
function largestLevel(begin: number, end: number): number {
  let level = 0;
  for (let leaves = 2; begin % leaves === 0 && begin + leaves <= end; leaves *= 2) level += 1;
  return level;
}

function malformed(why: string): never {
  throw new LedgerError("PROOF_MALFORMED", `Not a proof: ${why}`);
}
