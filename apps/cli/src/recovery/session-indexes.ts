/** Where the records of sessions stand that may still connect; goes into the hints. */
export class SessionIndexes {
  readonly #nowUs: () => number;
  #sessions: { readonly index: number; readonly expiresAtUs: number }[] = [];

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  add(index: number, expiresAtUs: number): void {
    this.#sessions.push({ expiresAtUs, index });
  }

  /** Forgets those that have expired, and names the others. */
  current(): number[] {
    const nowUs = this.#nowUs();
    this.#sessions = this.#sessions.filter(({ expiresAtUs }) => expiresAtUs > nowUs);
    return this.#sessions.map(({ index }) => index);
  }
}
