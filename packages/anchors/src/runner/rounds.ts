import type { SignedCheckpoint } from "../place.ts";

/**
 * Divides time into rounds, and gives each round one checkpoint: whoever is asked in it is asked about the same one, also
 * when it fails and is asked again. Otherwise several witnesses would each cosign another checkpoint, and no quorum would
 * ever be found on one.
 */
export class Rounds {
  readonly #everyMs: number;
  readonly #startMs: number;
  #number = -1;
  #checkpoint: SignedCheckpoint | undefined;

  /** `startMs` is of a clock that never steps back. Rounds begin when we do, so that not all of the world asks at once. */
  constructor(everyMs: number, startMs: number) {
    this.#everyMs = everyMs;
    this.#startMs = startMs;
  }

  /** The checkpoint of the round that it is now; `newest` is asked once a round, and while there is none. */
  async checkpointAt(
    nowMs: number,
    newest: () => Promise<SignedCheckpoint | undefined>,
  ): Promise<SignedCheckpoint | undefined> {
    const number = Math.floor((nowMs - this.#startMs) / this.#everyMs);
    if (number === this.#number && this.#checkpoint !== undefined) return this.#checkpoint;
    this.#checkpoint = await newest();
    this.#number = number;
    return this.#checkpoint;
  }
}
