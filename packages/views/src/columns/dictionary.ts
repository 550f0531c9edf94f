export interface DictionaryOptions<Value, Derived> {
  /** Gives different texts for different values; it is asked for each row. */
  readonly keyOf: (value: Value) => string;
  readonly derive: (value: Value) => Derived;
  /** What stands in the place of a value that was removed. */
  readonly nothing: Value;
  /** What is kept in place of a new value once there is no room for all of it. What cannot be lighter stays as it is. */
  readonly lighten?: (value: Value) => Value;
  /** How much room there is, in characters of keys. */
  readonly charactersMax?: number;
}

/**
 * Values that many rows share, each with a small number. Numbers are given in order, and stay. All are in memory, and an agent that makes up a name for each statement makes a value of each: hence the room has an end.
 */
export class Dictionary<Value, Derived> {
  readonly #values: Value[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #derived: (Derived | undefined)[] = [];
  readonly #options: DictionaryOptions<Value, Derived>;
  #charactersLeft: number;
  #added: string[] = [];
  #removed: number[] = [];

  constructor(options: DictionaryOptions<Value, Derived>) {
    this.#options = options;
    this.#charactersLeft = options.charactersMax ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#values.length;
  }

  load(stored: readonly [number: number, text: string][]): void {
    for (const [number, text] of stored) {
      while (this.#values.length < number) this.#values.push(this.#options.nothing);
      const value = JSON.parse(text) as Value;
      this.#add(this.#options.keyOf(value), value);
    }
  }

  number(value: Value): number {
    const { keyOf, lighten } = this.#options;
    const key = keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#charactersLeft <= 0 && lighten !== undefined) {
      const light = lighten(value);
      if (keyOf(light) !== key) return this.number(light);
    }
    this.#added.push(JSON.stringify(value));
    return this.#add(key, value);
  }

  #add(key: string, value: Value): number {
    const number = this.#values.length;
    this.#numbers.set(key, number);
    this.#values.push(value);
    this.#charactersLeft -= key.length;
    return number;
  }

  value(number: number): Value {
    return this.#values[number] as Value;
  }

  /** Forgets the value of a number that no row has any more. */
  remove(number: number): void {
    const value = this.value(number);
    const { keyOf, nothing } = this.#options;
    if (value === nothing) return;
    const key = keyOf(value);
    this.#numbers.delete(key);
    this.#charactersLeft += key.length;
    this.#values[number] = nothing;
    this.#derived[number] = undefined;
    this.#removed.push(number);
  }

  /** What follows from a value, worked out once. */
  derived(number: number): Derived {
    this.#derived[number] ??= this.#options.derive(this.value(number));
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

  /** The numbers of what was removed since the last call. */
  takeRemoved(): readonly number[] {
    const removed = this.#removed;
    this.#removed = [];
    return removed;
  }
}
