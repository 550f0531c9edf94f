/** Values that many rows share, each with a small number. Numbers are given in order, and never change. */
export class Dictionary<Value, Derived> {
  readonly #values: Value[] = [];
  readonly #texts = new Map<string, number>();
  readonly #derived: (Derived | undefined)[] = [];
  readonly #derive: (value: Value) => Derived;
  #added: string[] = [];

  constructor(derive: (value: Value) => Derived) {
    this.#derive = derive;
  }

  get size(): number {
    return this.#values.length;
  }

  load(texts: readonly string[]): void {
    for (const text of texts) {
      this.#texts.set(text, this.#values.length);
      this.#values.push(JSON.parse(text) as Value);
    }
  }

  number(value: Value): number {
    const text = JSON.stringify(value);
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const number = this.#values.length;
    this.#texts.set(text, number);
    this.#values.push(value);
    this.#added.push(text);
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
