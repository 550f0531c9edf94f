import type { Redactor } from "./redactor.ts";

/** How much of what was given out is looked at again: the names and headers before a secret are shorter. */
const CONTEXT_LENGTH = 512;
/** From here on, a held piece is looked through again only when it has grown by a part of itself. */
const LOOKED_AT_EACH_TIME = 1024;
const GROWTH = 16;

/**
 * Redacts a text that arrives in pieces, cut anywhere, such as the output of a terminal. It gives out at once what
 * cannot be part of a secret any more, and holds back the beginning of what may become one: some words, mostly
 * nothing; 8 KiB at most, or 64 KiB of what began as a private key.
 *
 * Of a secret that is recognised by what follows its first characters, those may have been given out, never all.
 */
export class StreamRedactor {
  readonly #redactor: Redactor;
  #context = "";
  #held = "";
  #fresh: string[] = [];
  #freshLength = 0;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  push(text: string): string {
    this.#fresh.push(text);
    this.#freshLength += text.length;
    const heldLength = this.#held.length;
    if (heldLength > LOOKED_AT_EACH_TIME && this.#freshLength < heldLength / GROWTH) return "";
    return this.#giveOut({ isEnd: false });
  }

  /** What is still held back, as if the text ended here. */
  flush(): string {
    const rest = this.#giveOut({ isEnd: true });
    this.#context = "";
    return rest;
  }

  #giveOut({ isEnd }: { isEnd: boolean }): string {
    const shown = this.#context.length;
    const text = this.#context + this.#held + this.#fresh.join("");
    this.#fresh = [];
    this.#freshLength = 0;
    const { found, openFrom } = this.#redactor.scan(text);
    const open = isEnd ? text.length : Math.max(openFrom, shown);
    const across = found.find(({ end, start }) => start < open && end > open);
    const until = Math.max(shown, across?.start ?? open);
    const secrets = found.filter(({ end }) => end > shown && end <= until);
    this.#context = text.slice(Math.max(0, until - CONTEXT_LENGTH), until);
    this.#held = text.slice(until);
    return this.#redactor.replace(text, secrets, shown, until);
  }
}
