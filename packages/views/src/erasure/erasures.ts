import type { IndexFile, StoredErasure } from "../file/index-file.ts";

/** How far the index has forgotten what was destroyed. */
export interface ErasureStatus {
  /** How many orders are indexed: what they destroyed is in no list. */
  readonly orders: number;
  /** Of how many of them nothing is left in the file. */
  readonly purged: number;
  /** How many rows are gone through, while something is left; null when nothing is. */
  readonly purge: { readonly done: number; readonly of: number } | null;
}

/** A part that is written anew. It is stale when it has lost rows since that began. */
export interface Rewriting {
  readonly part: number;
  rows: number;
  isStale: boolean;
}

/** The orders that are indexed, and the parts of the file that still have something of what they destroyed. */
export class Erasures {
  readonly #file: IndexFile;
  #all: readonly StoredErasure[];
  #rewriting: Rewriting | undefined;

  constructor(file: IndexFile) {
    this.#file = file;
    this.#all = file.erasures();
  }

  get isPending(): boolean {
    return this.#all.some(({ isPurged }) => !isPurged);
  }

  /** An order, by the index of its record, and the parts that lost rows by it. */
  add(number: number, parts: readonly number[]): void {
    if (this.#rewriting && parts.includes(this.#rewriting.part)) this.#rewriting.isStale = true;
    this.#all = [...this.#all, { isPurged: parts.length === 0, left: parts, number, parts }];
    this.#file.saveErasure(this.#all.at(-1) as StoredErasure);
  }

  /** The next part to write anew. */
  nextPart(): number | undefined {
    return this.#all.find(({ left }) => left.length > 0)?.left[0];
  }

  begin(part: number): Rewriting {
    this.#rewriting = { isStale: false, part, rows: 0 };
    return this.#rewriting;
  }

  /** A part has nothing of what was forgotten any more. */
  end(part: number): void {
    this.#rewriting = undefined;
    this.#change(
      ({ left }) => left.includes(part),
      (each) => ({
        ...each,
        left: each.left.filter((number) => number !== part),
      }),
    );
  }

  /** The file holds nothing any more of what was destroyed by orders that have no part left. */
  settled(): void {
    this.#change(
      ({ isPurged, left }) => !isPurged && left.length === 0,
      (each) => ({ ...each, isPurged: true }),
    );
  }

  /** `rowsOf` says how many rows a part has. */
  status(rowsOf: (part: number) => number): ErasureStatus {
    const pending = this.#all.filter(({ isPurged }) => !isPurged);
    const of = sum(
      pending.flatMap(({ parts }) => parts),
      rowsOf,
    );
    const left =
      sum(
        pending.flatMap((each) => each.left),
        rowsOf,
      ) - (this.#rewriting?.rows ?? 0);
    return {
      orders: this.#all.length,
      purge: pending.length === 0 ? null : { done: of - left, of },
      purged: this.#all.length - pending.length,
    };
  }

  #change(fits: (each: StoredErasure) => boolean, change: (each: StoredErasure) => StoredErasure): void {
    this.#all = this.#all.map((each) => {
      if (!fits(each)) return each;
      const changed = change(each);
      this.#file.saveErasure(changed);
      return changed;
    });
  }
}

function sum(parts: readonly number[], rowsOf: (part: number) => number): number {
  return [...new Set(parts)].reduce((all, part) => all + rowsOf(part), 0);
}
