import type { Duplex } from "node:stream";

/**
 * Reads a stream chunk by chunk while two sides greet each other, and gives it back with whatever was not used.
 */
export class Inbox {
  readonly #stream: Duplex;
  #chunks: Buffer[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on("data", this.#onData);
    stream.on("close", this.#onEnd);
    stream.on("end", this.#onEnd);
    stream.on("error", this.#onEnd);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake?.();
  };

  /** The next chunk; undefined when the other side is gone. */
  async read(): Promise<Buffer | undefined> {
    while (this.#chunks.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#chunks.shift();
  }

  /** Puts bytes back in front. */
  unread(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.unshift(chunk);
  }

  /** Stops listening; the stream is paused, and what was received and not read is returned. */
  release(): Buffer[] {
    this.#stream.off("data", this.#onData);
    this.#stream.off("close", this.#onEnd);
    this.#stream.off("end", this.#onEnd);
    this.#stream.pause();
    const rest = this.#chunks;
    this.#chunks = [];
    return rest;
  }
}
