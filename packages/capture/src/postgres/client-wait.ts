import type { Interruptible, Interruption } from "./passage-parts.ts";

/** Whether a client still waits for what takes as long as people do. */
export class ClientWait {
  #interrupt: ((why: Interruption) => void) | undefined;
  #isGone = false;

  /** Returns whether something has waited. */
  cancel(): boolean {
    this.#interrupt?.({ kind: "cancel", reason: "the client has cancelled it" });
    return this.#interrupt !== undefined;
  }

  /** The client is gone, or is being left; now and for whatever would wait later. */
  gone(): void {
    this.#isGone = true;
    this.#interrupt?.(GONE);
  }

  begin(): Interruptible {
    const interrupted = new Promise<Interruption>((resolve) => {
      this.#interrupt = resolve;
      if (this.#isGone) resolve(GONE);
    });
    const done = (): void => {
      this.#interrupt = undefined;
    };
    return { done, interrupted };
  }
}

const GONE: Interruption = { kind: "gone", reason: "the client is gone" };
