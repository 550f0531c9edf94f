import type { Approval } from "@custody/domain";

/** `setTimeout` takes no more (2^31 - 1 ms). */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Who waits for the end of which hold, and until when. */
export class Waiting {
  readonly #ends = new Map<string, ((approval: Approval) => void)[]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  wait(id: string): Promise<Approval> {
    return new Promise((resolve) => {
      this.#ends.set(id, [...(this.#ends.get(id) ?? []), resolve]);
    });
  }

  /** In place of what was planned for it before. */
  after(id: string, ms: number, act: () => void): void {
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(act, Math.min(Math.max(0, ms), TIMER_MS_MAX));
    this.#timers.set(id, timer.unref());
  }

  end(id: string, approval: Approval): void {
    const ends = this.#ends.get(id) ?? [];
    this.#ends.delete(id);
    // A yes can still be used up to its own end; everything else has none.
    if (approval.state !== "granted") {
      clearTimeout(this.#timers.get(id));
      this.#timers.delete(id);
    }
    for (const resolve of ends) resolve(approval);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
