const WINDOW_MS = 60_000;
const ADDRESSES_MAX = 10_000;

interface Window {
  readonly endsMs: number;
  count: number;
}

/** How often something came from an address within a minute. */
export class CountsByAddress {
  readonly #windows = new Map<string, Window>();

  /** Counts one more. Returns how many there are with it. */
  add(address: string, nowMs: number): number {
    const window = this.#current(address, nowMs) ?? this.#open(address, nowMs);
    window.count += 1;
    return window.count;
  }

  of(address: string, nowMs: number): number {
    return this.#current(address, nowMs)?.count ?? 0;
  }

  #current(address: string, nowMs: number): Window | undefined {
    const found = this.#windows.get(address);
    return found !== undefined && found.endsMs > nowMs ? found : undefined;
  }

  #open(address: string, nowMs: number): Window {
    if (this.#windows.size >= ADDRESSES_MAX) this.#windows.clear();
    const window = { count: 0, endsMs: nowMs + WINDOW_MS };
    this.#windows.set(address, window);
    return window;
  }
}
