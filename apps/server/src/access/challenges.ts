import { randomBytes } from "node:crypto";

const TTL_MS = 5 * 60_000;
const CHALLENGES_MAX = 1000;

interface Challenge {
  readonly purpose: string;
  readonly expiresMs: number;
}

/** What authenticators are given to sign, to come in or to be enrolled: each is used once, and for what it was made for. */
export class Challenges {
  readonly #made = new Map<string, Challenge>();

  /** base64url. `purpose` says for what, and whose. */
  make(purpose: string, nowMs: number): string {
    for (const [text, { expiresMs }] of this.#made)
      if (expiresMs <= nowMs || this.#made.size >= CHALLENGES_MAX) this.#made.delete(text);
    const text = randomBytes(32).toString("base64url");
    this.#made.set(text, { expiresMs: nowMs + TTL_MS, purpose });
    return text;
  }

  /** Whether it is one; then it is so no more. */
  use(text: string, purpose: string, nowMs: number): boolean {
    const found = this.#made.get(text);
    this.#made.delete(text);
    return found !== undefined && found.purpose === purpose && found.expiresMs > nowMs;
  }
}
