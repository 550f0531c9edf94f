/** Where the records of sessions stand that may still connect; goes into the hints. */
export class SessionIndexes {
  readonly #nowUs: () => number;
  readonly #sessions = new Map<string, { readonly index: number; readonly expiresAtUs: number }>();

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  add(session: string, index: number, expiresAtUs: number): void {
    this.#sessions.set(session, { expiresAtUs, index });
  }

  /** Its end is durable, and stands where a start begins to look, or after that. */
  remove(session: string): void {
    this.#sessions.delete(session);
  }

  /** Forgets those that have expired, and names the others. */
  current(): number[] {
    const nowUs = this.#nowUs();
    for (const [session, { expiresAtUs }] of this.#sessions)
      if (expiresAtUs <= nowUs) this.#sessions.delete(session);
    return [...this.#sessions.values()].map(({ index }) => index);
  }
}
