import type { Block } from "./block.ts";
import { blockDigest } from "./block-digest.ts";

/** Beyond it, what was said first is forgotten, and would be stored again if it came again. */
const BLOCKS_MAX = 200_000;

/** A block that this session has not had before. */
interface NewBlock {
  readonly block: Block;
  readonly number: number;
}

export interface Noted {
  /** Of all blocks, in their order. */
  readonly numbers: readonly number[];
  readonly added: readonly NewBlock[];
  /** Of all blocks. */
  readonly digests: readonly string[];
}

/**
 * What one session has said to models and heard from them: each block has a number, by which later requests name it instead
 * of repeating it. Another run of Custody begins another memory, with an identifier of its own.
 *
 * A block is named only once it is stored. Until then each exchange that has it stores it again, under the same number: the
 * first one may never come to its end.
 */
export class ConversationMemory {
  readonly id: string;
  readonly #blocks = new Map<string, { readonly number: number; isStored: boolean }>();
  #next = 0;

  constructor(id: string) {
    this.id = id;
  }

  note(blocks: readonly Block[]): Noted {
    // All of them first: one that cannot be digested leaves nothing behind.
    const digests = blocks.map(blockDigest);
    const added = new Map<number, NewBlock>();
    const numbers = digests.map((digest, at) => {
      const { isStored, number } = this.#of(digest);
      if (!isStored) added.set(number, { block: blocks[at] as Block, number });
      return number;
    });
    return { added: [...added.values()], digests, numbers };
  }

  /** What was added with it is on record. */
  stored({ digests }: Noted): void {
    for (const digest of digests) {
      const block = this.#blocks.get(digest);
      if (block !== undefined) block.isStored = true;
    }
    for (const digest of this.#blocks.keys()) {
      if (this.#blocks.size <= BLOCKS_MAX) break;
      this.#blocks.delete(digest);
    }
  }

  #of(digest: string): { readonly number: number; isStored: boolean } {
    const known = this.#blocks.get(digest);
    if (known !== undefined) return known;
    const block = { isStored: false, number: this.#next };
    this.#next += 1;
    this.#blocks.set(digest, block);
    return block;
  }
}
