import type { Block } from "./block.ts";
import { blockDigest } from "./block-digest.ts";

/** Beyond it, what was said first is forgotten, and would be stored again if it came again. */
const BLOCKS_MAX = 200_000;

/** A block that this session has not had before. */
export interface NewBlock {
  readonly block: Block;
  readonly number: number;
}

export interface Noted {
  /** Of all blocks, in their order. */
  readonly numbers: readonly number[];
  readonly added: readonly NewBlock[];
}

/**
 * What one session has said to models and heard from them: each block has a number, by which later requests name it instead
 * of repeating it. Another run of Custody begins another memory, with an identifier of its own.
 */
export class ConversationMemory {
  readonly id: string;
  readonly #numbers = new Map<string, number>();
  #next = 0;

  constructor(id: string) {
    this.id = id;
  }

  note(blocks: readonly Block[]): Noted {
    const added: NewBlock[] = [];
    const numbers = blocks.map((block) => {
      const digest = blockDigest(block);
      const known = this.#numbers.get(digest);
      if (known !== undefined) return known;
      const number = this.#next;
      this.#next += 1;
      this.#numbers.set(digest, number);
      added.push({ block, number });
      return number;
    });
    for (const digest of this.#numbers.keys()) {
      if (this.#numbers.size <= BLOCKS_MAX) break;
      this.#numbers.delete(digest);
    }
    return { added, numbers };
  }
}
