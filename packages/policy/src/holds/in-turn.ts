/** Of one thing, one act after the other; of different things, all at once. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  of<T>(id: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const done = before.then(act, act);
    const settled = done.catch(() => {});
    this.#last.set(id, settled);
    void settled.then(() => {
      if (this.#last.get(id) === settled) this.#last.delete(id);
    });
    return done;
  }
}
