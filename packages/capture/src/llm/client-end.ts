/**
 * Whether the client of one request has gone, and who wants to hear of it. An AbortSignal says the same, and takes several
 * times as long to be made, asked and left.
 */
export class ClientEnd {
  readonly #listeners = new Set<() => void>();
  #error: Error | undefined;

  /** Why nobody waits for an answer any more; undefined while somebody does. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** The client has gone. Only the first time counts. */
  leave(error: Error): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** `listener` is called once, also when it has happened already. Returns what ends the listening. */
  heard(listener: () => void): () => void {
    if (this.#error !== undefined) {
      listener();
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
