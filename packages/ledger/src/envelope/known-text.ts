/** What characters a text may have. */
export type Alphabet = Uint8Array;

export function alphabet(characters: string): Alphabet {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters, "latin1")) table[byte] = 1;
  return table;
}

/**
 * The text that a member had last. Most entries have the same session, source, key and block as the one before: then
 * nothing is made or looked at again, and a map finds the same string faster than an equal one.
 */
export class KnownText {
  readonly #alphabet: Alphabet;
  readonly #bytes: Buffer;
  #length = 0;
  #text = "";

  constructor(alphabet: Alphabet, lengthMax: number) {
    this.#alphabet = alphabet;
    this.#bytes = Buffer.alloc(lengthMax);
  }

  /** The text in `bytes` at `at`; undefined unless each character is in the alphabet. */
  read(bytes: Buffer, at: number, length: number): string | undefined {
    return length === this.#length && this.#isAt(bytes, at) ? this.#text : this.#learn(bytes, at, length);
  }

  #isAt(bytes: Buffer, at: number): boolean {
    const known = this.#bytes;
    for (let index = 0; index < this.#length; index += 1)
      if (bytes[at + index] !== known[index]) return false;
    return true;
  }

  #learn(bytes: Buffer, at: number, length: number): string | undefined {
    for (let index = at; index < at + length; index += 1)
      if (this.#alphabet[bytes[index] as number] !== 1) return undefined;
    bytes.copy(this.#bytes, 0, at, at + length);
    this.#length = length;
    this.#text = bytes.toString("latin1", at, at + length);
    return this.#text;
  }
}
