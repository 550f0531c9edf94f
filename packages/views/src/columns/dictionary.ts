/** Values that many rows share, each with a small number. Numbers are given in order, and never change. */
export class Dictionary<Value, Derived> {
  readonly #values: Value[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #derived: (Derived | undefined)[] = [];
  readonly #keyOf: (value: Value) => string;
  readonly #derive: (value: Value) => Derived;
  #added: string[] = [];

  /** `keyOf` gives different texts for different values; it is asked for each row. */
  constructor(keyOf: (value: Value) => string, derive: (value: Value) => Derived) {
    this.#keyOf = keyOf;
    this.#derive = derive;
  }

  get size(): number {
    return this.#values.length;
  }

  load(texts: readonly string[]): void {
    for (const text of texts) {
      const value = JSON.parse(text) as Value;
      this.#numbers.set(this.#keyOf(value), this.#values.length);
      this.#values.push(value);
    }
  }

  number(value: Value): number {
    const key = this.#keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#values.length;
    this.#numbers.set(key, number);
    this.#values.push(value);
    this.#added.push(JSON.stringify(value));
    return number;
  }

  value(number: number): Value {
    return this.#values[number] as Value;
  }

  /** What follows from a value, worked out once. */
  derived(number: number): Derived {
    this.#derived[number] ??= this.#derive(this.value(number));
    return this.#derived[number];
  }

  values(): readonly Value[] {
    return this.#values;
  }

  /** What was added since the last call, and the number of the first of them. */
  takeAdded(): { readonly first: number; readonly texts: readonly string[] } {
    const texts = this.#added;
    this.#added = [];
    return { first: this.#values.length - texts.length, texts };
  }
}
