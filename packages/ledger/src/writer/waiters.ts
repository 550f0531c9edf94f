interface Waiter {
  readonly size: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  /** What it is told. */
  readonly value: unknown;
}

/** Promises that wait for the log to reach a size, in the order of their sizes. */
export class Waiters {
  #waiting: Waiter[] = [];
  #first = 0;

  get count(): number {
    return this.#waiting.length - this.#first;
  }

  /** The size that the first in line waits for; infinity when nobody waits. */
  get nearest(): number {
    return this.#waiting[this.#first]?.size ?? Number.POSITIVE_INFINITY;
  }

  /** A promise for `value`, for whoever waits for `size`. */
  wait<T>(size: number, value: T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ size, resolve, reject, value });
    });
  }

  /** Releases everybody who waits for `size` or less. */
  reached(size: number): void {
    while (this.#first < this.#waiting.length) {
      const waiter = this.#waiting[this.#first];
      if (waiter === undefined || waiter.size > size) break;
      this.#first += 1;
      waiter.resolve(waiter.value as never);
    }
    if (this.#first > 1024 || this.#first === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
  }

  fail(error: unknown): void {
    const waiting = this.#waiting.slice(this.#first);
    this.#waiting = [];
    this.#first = 0;
    for (const { reject } of waiting) reject(error);
  }
}
