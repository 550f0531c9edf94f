const SLICE_US = 1_000_000;

/**
 * Amounts over time, exact for whoever asks within a second: what belongs to one second is kept as one number, and leaves a
 * window together, when the last moment of that second has left it.
 */
export class Slices {
  /** Seconds since the epoch, in rising order, and what belongs to each. */
  readonly #seconds: number[] = [];
  readonly #amounts: number[] = [];
  /** What stands before it has left every window. */
  #first = 0;

  /** The latest second in which anything was added. */
  get newest(): number {
    return this.#seconds.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  /** Adds to the second of `timeUs`, or to the latest one, should the clock have been set back. */
  add(timeUs: number, amount: number, keptUs: number): void {
    const second = Math.max(Math.floor(timeUs / SLICE_US), this.newest);
    const last = this.#seconds.length - 1;
    if (this.#seconds[last] === second) this.#amounts[last] = (this.#amounts[last] as number) + amount;
    else {
      this.#seconds.push(second);
      this.#amounts.push(amount);
    }
    this.#forget(second * SLICE_US - keptUs);
  }

  /** The sum of what belongs to the last `windowUs` before `timeUs`. */
  within(windowUs: number, timeUs: number): number {
    let sum = 0;
    for (let at = this.#seconds.length - 1; at >= this.#first; at -= 1) {
      if (!isLater(this.#seconds[at] as number, timeUs - windowUs)) break;
      sum += this.#amounts[at] as number;
    }
    return sum;
  }

  #forget(beforeUs: number): void {
    while (!isLater(this.#seconds[this.#first] as number, beforeUs)) this.#first += 1;
    // Moving what is left each time would take longer than all the rest.
    if (this.#first < 1024 || this.#first * 2 < this.#seconds.length) return;
    this.#seconds.splice(0, this.#first);
    this.#amounts.splice(0, this.#first);
    this.#first = 0;
  }
}

/** Whether a second has a moment after this one. */
function isLater(second: number, timeUs: number): boolean {
  return (second + 1) * SLICE_US > timeUs;
}
