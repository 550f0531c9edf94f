import type { CastEvent } from "./cast.ts";
import { Screen, type ShownScreen } from "./screen.ts";

/** Plays a recording: shows what stood on the screen at any of its times. Times are microseconds since it began. */
export class Player {
  readonly #events: readonly CastEvent[];
  readonly #size: readonly [columns: number, rows: number];
  #screen: Screen;
  #next = 0;
  #wantedUs = 0;
  /** Set back in the same turn in which it has arrived: whoever asks behind that moves it anew. */
  #isMoving = false;
  #moving: Promise<void> = Promise.resolve();

  constructor(events: readonly CastEvent[], columns: number, rows: number) {
    this.#events = events;
    this.#size = [columns, rows];
    this.#screen = new Screen(columns, rows);
  }

  get endUs(): number {
    return this.#events.at(-1)?.atUs ?? 0;
  }

  /** Goes to a time, onwards or back. Whoever asks for another meanwhile gets that one. */
  async at(us: number): Promise<ShownScreen> {
    this.#wantedUs = us;
    if (!this.#isMoving) this.#moving = this.#move();
    await this.#moving;
    return this.#screen.look();
  }

  dispose(): void {
    this.#screen.dispose();
  }

  async #move(): Promise<void> {
    this.#isMoving = true;
    try {
      for (let us: number | undefined; us !== this.#wantedUs; ) {
        us = this.#wantedUs;
        const events = this.#eventsUntil(us);
        // Only now: to go back begins with a new one.
        await this.#screen.show(events);
      }
    } finally {
      this.#isMoving = false;
    }
  }

  /** Those that the screen does not show yet. */
  #eventsUntil(us: number): readonly CastEvent[] {
    const shown = this.#events[this.#next - 1];
    if (shown !== undefined && shown.atUs > us) this.#beginAgain();
    const from = this.#next;
    while (this.#next < this.#events.length && (this.#events[this.#next] as CastEvent).atUs <= us)
      this.#next += 1;
    return this.#events.slice(from, this.#next);
  }

  #beginAgain(): void {
    this.#screen.dispose();
    this.#screen = new Screen(...this.#size);
    this.#next = 0;
  }
}
