import type { CommitLoop } from "./commit-loop.ts";

/** Those who wait for room in the queue of commits, in the order of their calls. */
export class RoomLine {
  readonly #loop: CommitLoop;
  /** The last of them, and how many there are. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(loop: CommitLoop) {
    this.#loop = loop;
  }

  /** Nobody waits, and there is some. */
  get hasRoom(): boolean {
    return this.#waiting === 0 && !this.#loop.isFull;
  }

  /** Calls `accept` when there is room, and everybody who came before has had theirs. */
  inTurn<T>(accept: () => T): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(async () => {
      try {
        while (this.#loop.isFull) await this.#loop.room();
        return accept();
      } finally {
        this.#waiting -= 1;
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
