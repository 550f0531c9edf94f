import type { ConversationReader, ExchangeHead, Reading } from "./conversation-reader.ts";
import { ReadingThread } from "./reading-thread.ts";

/** Conversations of real agents, pictures and all, are shorter; what is longer is read elsewhere. */
const LONG_BYTES = 2 * 1024 * 1024;

/**
 * Two threads: one for what is long, so that nobody who sends a text that takes a minute makes all others wait for it. What
 * one of them remembers the other does not, so a conversation that becomes long is stored once more.
 */
export class ReadingThreads implements ConversationReader {
  readonly #short = new ReadingThread();
  readonly #long = new ReadingThread();

  read(head: ExchangeHead, body: Buffer, codings: string): Reading {
    // A short body that is compressed can be a long one.
    const isLong = body.length > LONG_BYTES || (codings !== "" && codings.toLowerCase() !== "identity");
    return (isLong ? this.#long : this.#short).read(head, body, codings);
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#short.dispose(), this.#long.dispose()]);
  }
}
