/** So much is looked through at a time; it stays in the processor's nearest memory. */
const BLOCK_LENGTH = 8 * 1024;
const encoder = new TextEncoder();

/**
 * Finds every place where one of many words begins, in one pass (Aho and Corasick, 1975). It is what makes ordinary
 * text cheap: only where a word stands, somebody looks closer.
 *
 * It compares the low eight bits of each code unit, so that its table stays small. A place may therefore be reported
 * that only looks like a word: whoever is told looks there anyway.
 */
export class AnchorAutomaton {
  readonly #classes: Uint8Array;
  readonly #classCount: number;
  /** By state and class: the next state, times the number of classes. */
  readonly #next: Uint32Array;
  /** By state: the words that end there, as indexes; undefined where none does. */
  readonly #ending: readonly (readonly number[] | undefined)[];
  /** By state, times the number of classes, so that nothing is divided for each character: 1 where a word ends. */
  readonly #isEnding: Uint8Array;
  readonly #depths: Uint32Array;
  readonly #lengths: readonly number[];

  /** @param words - not empty; upper and lower case are the same where `isFolded`. */
  constructor(words: readonly string[], { isFolded }: { isFolded: boolean }) {
    const { classes, count } = classesOf(words, isFolded);
    this.#classes = classes;
    this.#classCount = count;
    this.#lengths = words.map(({ length }) => length);
    const trie = growTrie(words, classes, count);
    const states = trie.length / count;
    this.#next = new Uint32Array(states * count);
    this.#depths = new Uint32Array(states);
    this.#isEnding = new Uint8Array(states * count);
    const own: number[][] = Array.from({ length: states }, () => []);
    words.forEach((word, index) => {
      own[follow(trie, word, classes, count)]?.push(index);
    });
    this.#ending = this.#link(trie, own);
  }

  /**
   * Calls `onWord` with each word's index and the place where it begins, in the order in which the words end.
   *
   * @returns how many of the last code units are the beginning of a word.
   */
  scan(text: string, onWord: (index: number, at: number) => void): number {
    const onEnd = (row: number, end: number) => {
      for (const index of this.#ending[row / this.#classCount] as readonly number[]) {
        onWord(index, end - (this.#lengths[index] as number));
      }
    };
    let row = 0;
    for (let from = 0; from < text.length; from += BLOCK_LENGTH) {
      const piece = text.slice(from, from + BLOCK_LENGTH);
      const units = lowBytesOf(piece);
      row = this.#walk(units, row, (each, at) => onEnd(each, from + at + 1));
    }
    return this.#depths[row / this.#classCount] as number;
  }

  #walk(units: Uint8Array, begin: number, onEnd: (row: number, at: number) => void): number {
    const next = this.#next;
    const classes = this.#classes;
    const isEnding = this.#isEnding;
    let row = begin;
    for (let at = 0; at < units.length; at += 1) {
      row = next[row + (classes[units[at] as number] as number)] as number;
      if (isEnding[row] === 1) onEnd(row, at);
    }
    return row;
  }

  /** Breadth first, so that where a state falls back to is finished before it. */
  #link(trie: Int32Array, own: readonly (readonly number[])[]): (readonly number[] | undefined)[] {
    const count = this.#classCount;
    const fallback = new Uint32Array(own.length);
    const ending: (readonly number[] | undefined)[] = new Array(own.length).fill(undefined);
    const queue = [0];
    for (const state of queue) {
      const back = fallback[state] as number;
      const all = [...(own[state] as readonly number[]), ...(state === 0 ? [] : (ending[back] ?? []))];
      if (all.length > 0) {
        ending[state] = all;
        this.#isEnding[state * count] = 1;
      }
      for (let each = 0; each < count; each += 1) {
        const child = trie[state * count + each] as number;
        const backNext = state === 0 ? 0 : (this.#next[back * count + each] as number);
        this.#next[state * count + each] = child === -1 ? backNext : child * count;
        if (child === -1) continue;
        fallback[child] = backNext / count;
        this.#depths[child] = (this.#depths[state] as number) + 1;
        queue.push(child);
      }
    }
    return ending;
  }
}

/** The low eight bits of each code unit: reading them one by one from the text would take most of the time. */
function lowBytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read === text.length && written === text.length) return bytes;
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Class 0 is every code unit that no word has. */
function classesOf(words: readonly string[], isFolded: boolean): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(256);
  let count = 1;
  for (const unit of words.join("")) {
    const forms = isFolded ? [unit.toLowerCase(), unit.toUpperCase()] : [unit];
    const codes = forms.flatMap((form) => [...form].map((_, at) => form.charCodeAt(at) & 0xff));
    if (classes[codes[0] as number] !== 0) continue;
    for (const code of codes) classes[code] = count;
    count += 1;
  }
  return { classes, count };
}

function growTrie(words: readonly string[], classes: Uint8Array, count: number): Int32Array {
  const statesMax = 1 + words.reduce((sum, { length }) => sum + length, 0);
  const trie = new Int32Array(statesMax * count).fill(-1);
  let states = 1;
  for (const word of words) {
    let state = 0;
    for (let at = 0; at < word.length; at += 1) {
      const cell = state * count + (classes[word.charCodeAt(at) & 0xff] as number);
      if (trie[cell] === -1) {
        trie[cell] = states;
        states += 1;
      }
      state = trie[cell] as number;
    }
  }
  return trie.slice(0, states * count);
}

function follow(trie: Int32Array, word: string, classes: Uint8Array, count: number): number {
  let state = 0;
  for (let at = 0; at < word.length; at += 1) {
    state = trie[state * count + (classes[word.charCodeAt(at) & 0xff] as number)] as number;
  }
  return state;
}
