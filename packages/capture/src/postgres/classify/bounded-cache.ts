/**
 * Remembers what was lately used, within a number of entries and of characters of their keys.
 *
 * Two generations instead of an exact order: a look-up that finds its entry in the older one moves it to the
 * younger, and when the younger holds half of the allowance, the older is forgotten. A hit costs one look-up.
 */
export class BoundedCache<Value> {
  readonly #entriesMax: number;
  readonly #charactersMax: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  #youngCharacters = 0;

  constructor(limits: { entries: number; characters: number }) {
    this.#entriesMax = limits.entries / 2;
    this.#charactersMax = limits.characters / 2;
  }

  get(key: string): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#entriesMax || this.#youngCharacters + key.length > this.#charactersMax) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngCharacters = 0;
    }
    if (!this.#young.has(key)) this.#youngCharacters += key.length;
    this.#young.set(key, value);
  }
}
