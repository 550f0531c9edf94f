import type { Block } from "./block.ts";
import { personsWords } from "./spoken.ts";

/** Beyond it, what was said first is forgotten, and would be taken for new if it came again. */
const TOLD_MAX = 50_000;

/** What a request brings that no request before it has brought. */
export interface Turn {
  /** What tools answered. */
  readonly results: readonly Block[];
  /** What a person said. */
  readonly spoken: Block | undefined;
}

/**
 * What is new in each request of one session. A client sends its whole conversation every time, the same request once more
 * after an error, and beside it requests for a title or a route with the same words: what counts stands behind the last block
 * of the model's, and was not told before.
 */
export class Turns {
  /** How often each text stood in a request at the most, by its number. */
  readonly #counts = new Map<number, number>();
  readonly #told = new Set<string>();
  /** Calls of answers whose results have not come. */
  readonly #awaited = new Set<string>();

  /** `numbers`: of the blocks, in their order; equal blocks have equal numbers. */
  asked(blocks: readonly Block[], numbers: readonly number[]): Turn {
    const last = blocks.findLastIndex(({ role }) => role === "assistant");
    const results = blocks.filter((block, at) =>
      this.#isNewResult(block, at > last, numbers[at], numbers[last]),
    );
    const at = personsWords(blocks);
    const isNew = at >= 0 && this.#isNewlySaid(numbers, at, numbers[last]);
    forgetOldest(this.#told);
    forgetOldest(this.#counts);
    return { results, spoken: isNew ? blocks[at] : undefined };
  }

  answered(blocks: readonly Block[]): void {
    for (const { kind, tool } of blocks)
      if (kind === "tool-call" && tool !== undefined) this.#awaited.add(tool.id);
    forgetOldest(this.#awaited);
  }

  /** Some clients put a result right behind its call, before another call: that it is awaited tells it from the history. */
  #isNewResult({ kind, tool }: Block, isBehind: boolean, number = -1, last = -1): boolean {
    if (kind !== "tool-result" || tool === undefined) return false;
    const isAwaited = this.#awaited.delete(tool.id);
    if (!isBehind && !isAwaited) return false;
    // An awaited one can stand before the last block now, and behind it when the request is tried again.
    const isTold = this.#told.has(`result ${tool.id} ${number} ${last}`);
    this.#told.add(`result ${tool.id} ${number} ${last}`);
    return isAwaited || !isTold;
  }

  /** Equal words are said anew once they stand in the conversation more often than before, or follow another answer. */
  #isNewlySaid(numbers: readonly number[], at: number, last = -1): boolean {
    const number = numbers[at] as number;
    const count = numbers.filter((other) => other === number).length;
    const before = this.#counts.get(number) ?? 0;
    const isTold = this.#told.has(`words ${number} ${last}`);
    this.#counts.set(number, Math.max(before, count));
    this.#told.add(`words ${number} ${last}`);
    return count > before || !isTold;
  }
}

function forgetOldest<Key>(told: Set<Key> | Map<Key, unknown>): void {
  for (const oldest of told.keys()) {
    if (told.size <= TOLD_MAX) return;
    told.delete(oldest);
  }
}
