const MINUTE_MS = 60_000;

/** Addresses that are told apart; of further ones each refusal is recorded by itself. */
const ADDRESSES_MAX = 10_000;

/**
 * Counts those who are not let in. The first of an address is recorded at once, those that follow within a minute are counted
 * and told with the next: nobody fills the ledger by knocking.
 */
export class RefusalCounts {
  readonly #counts = new Map<string, { sinceMs: number; untold: number }>();

  /** How many a record of now speaks of; 0 when there is to be none. */
  note(address: string, nowMs: number): number {
    const found = this.#counts.get(address);
    if (found !== undefined && nowMs - found.sinceMs < MINUTE_MS) {
      found.untold += 1;
      return 0;
    }
    this.#forgetOld(nowMs);
    if (this.#counts.size < ADDRESSES_MAX) this.#counts.set(address, { sinceMs: nowMs, untold: 0 });
    return 1 + (found?.untold ?? 0);
  }

  #forgetOld(nowMs: number): void {
    for (const [address, { sinceMs, untold }] of this.#counts)
      if (untold === 0 && nowMs - sinceMs >= MINUTE_MS) this.#counts.delete(address);
  }
}
