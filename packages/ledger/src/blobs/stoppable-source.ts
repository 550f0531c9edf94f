import { LedgerError } from "../error.ts";

/** What a blob can come from. */
export type BlobSource = AsyncIterable<Uint8Array> | Uint8Array;

/** No piece is longer, so that others get their turn in between. */
const PIECE_BYTES_MAX = 64 * 1024;

/** The pieces of a source, which may never come to an end: whoever waits for them can be stopped from outside. */
export class StoppableSource {
  readonly #source: BlobSource;
  #stopped: { readonly error: unknown } | undefined;
  #reject: (error: unknown) => void = () => {};

  constructor(source: BlobSource) {
    this.#source = source;
  }

  /** From now on, reading fails with this error, also while the source is waited for. */
  stop(error: unknown): void {
    this.#stopped ??= { error };
    this.#reject(error);
  }

  /** Throws what the source throws. */
  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#source instanceof Uint8Array) yield* this.#short(this.#source);
    else yield* this.#follow(this.#source[Symbol.asyncIterator]());
  }

  async *#follow(iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let isOver = false;
    try {
      for (;;) {
        const next = await this.#unlessStopped(async () => iterator.next());
        isOver = next.done === true;
        if (isOver) return;
        yield* this.#short(next.value);
      }
    } finally {
      // Not awaited: it answers only once it has let go of what it waits for itself.
      if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => {});
    }
  }

  *#short(piece: Uint8Array): Generator<Uint8Array, void, undefined> {
    // A text would be stored as zeroes.
    if (!(piece instanceof Uint8Array)) throw new LedgerError("ENTRY_INVALID", "a blob is made of bytes");
    for (let at = 0; at < piece.length; at += PIECE_BYTES_MAX) {
      if (this.#stopped) throw this.#stopped.error;
      yield piece.subarray(at, at + PIECE_BYTES_MAX);
    }
  }

  #unlessStopped<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) throw this.#stopped.error;
      this.#reject = reject;
      work().then(resolve, reject);
    });
  }
}
