/** Things by their names, of which only those that were used last are kept. */
export class RecentlyUsed<Value> {
  readonly #max: number;
  /** In the order of their last use. */
  readonly #values = new Map<string, Value>();

  constructor(max: number) {
    this.#max = max;
  }

  /** What has this name, which is made when it is not there. */
  of(name: string, make: () => Value): Value {
    const value = this.#values.get(name) ?? make();
    this.#values.delete(name);
    this.#values.set(name, value);
    const [oldest] = this.#values.keys();
    if (oldest !== undefined && this.#values.size > this.#max) this.#values.delete(oldest);
    return value;
  }
}
