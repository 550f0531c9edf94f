import { CHUNK_NAME_BYTES } from "./names.ts";

/** Where something stands: the parcel, and which of its chunks it is. */
export interface Place {
  readonly pack: number;
  readonly offset: number;
  readonly ordinal: number;
}

/** The ordinal that stands for the manifest of a parcel. */
export const MANIFEST_ORDINAL = 0xffff;

/** Words of a slot: four of the name, then pack, offset, ordinal. A pack is never 0, which marks a free slot. */
const SLOT_WORDS = 7;
const SLOTS_MIN = 256;

/**
 * Where the chunks of a key stand, by their names, for whoever stores more of them. Names are never taken away.
 *
 * It is there to save room on the disk, so it may forget: when one generation is full, it becomes the older one, and
 * what was older is forgotten and at worst stored once more. A name in plain memory costs 28 bytes here; in a Map with
 * strings and objects it costs two hundred.
 */
export class KnownChunks {
  readonly #countMax: number;
  #young = new Generation();
  #old = new Generation();

  /** `countMax` is for each of the two generations. */
  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** How much memory it takes. */
  get bytes(): number {
    return this.#young.bytes + this.#old.bytes;
  }

  /** `name` is 16 bytes as a binary (latin1) string; of a blob's name the first 16 count. */
  find(name: string): Place | undefined {
    const words = wordsOf(name);
    const young = this.#young.find(words);
    if (young !== undefined) return young;
    const old = this.#old.find(words);
    if (old !== undefined) this.#add(words, old);
    return old;
  }

  add(name: string, place: Place): void {
    this.#add(wordsOf(name), place);
  }

  #add(words: Words, place: Place): void {
    if (this.#young.count >= this.#countMax) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.set(words, place);
  }
}

type Words = readonly [number, number, number, number];

function wordsOf(name: string): Words {
  return [wordAt(name, 0), wordAt(name, 4), wordAt(name, 8), wordAt(name, CHUNK_NAME_BYTES - 4)];
}

function wordAt(name: string, at: number): number {
  return (
    (name.charCodeAt(at) << 24) |
    (name.charCodeAt(at + 1) << 16) |
    (name.charCodeAt(at + 2) << 8) |
    name.charCodeAt(at + 3)
  );
}

/** An open-addressed table in one array. Names are HMACs, so any bits of them are a good hash. */
class Generation {
  #slots = new Int32Array(SLOTS_MIN * SLOT_WORDS);
  #mask = SLOTS_MIN - 1;
  count = 0;

  get bytes(): number {
    return this.#slots.byteLength;
  }

  find(name: Words): Place | undefined {
    const at = this.#slotOf(name);
    const pack = this.#word(at + 4) >>> 0;
    return pack === 0 ? undefined : { pack, offset: this.#word(at + 5) >>> 0, ordinal: this.#word(at + 6) };
  }

  set(name: Words, { pack, offset, ordinal }: Place): void {
    const at = this.#slotOf(name);
    if (this.#word(at + 4) === 0) this.count += 1;
    this.#slots.set([...name, pack, offset, ordinal], at);
    if (this.count * 4 > (this.#mask + 1) * 3) this.#grow();
  }

  /** Where the name's slot begins, or the free one that it would take. */
  #slotOf([a, b, c, d]: Words): number {
    for (let slot = a & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * SLOT_WORDS;
      if (this.#word(at + 4) === 0) return at;
      const isIt =
        this.#word(at) === a &&
        this.#word(at + 1) === b &&
        this.#word(at + 2) === c &&
        this.#word(at + 3) === d;
      if (isIt) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * SLOT_WORDS);
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + 4] === 0) continue;
      const [a, b, c, d] = old.subarray(at, at + 4) as unknown as Words;
      this.#slots.set(old.subarray(at, at + SLOT_WORDS), this.#slotOf([a, b, c, d]));
    }
  }

  #word(at: number): number {
    return this.#slots[at] as number;
  }
}
