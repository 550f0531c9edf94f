import { createHash, randomBytes } from "node:crypto";

const TTL_MS = 600_000;

/** Nobody opens so many pages within ten minutes; the oldest gives way. */
const CODES_MAX = 1000;

/**
 * Codes that sign one browser in, once. They stand behind the `#` of a link, so neither server logs nor Referer
 * headers have them, and who finds an old one has nothing.
 */
export class SignInCodes {
  /** Digests, by which a lookup tells nothing about the codes that exist. */
  readonly #expiresMs = new Map<string, number>();

  make(nowMs: number): { code: string; expiresMs: number } {
    for (const [digest, expiresMs] of this.#expiresMs)
      if (expiresMs <= nowMs || this.#expiresMs.size >= CODES_MAX) this.#expiresMs.delete(digest);
    const code = randomBytes(24).toString("base64url");
    const expiresMs = nowMs + TTL_MS;
    this.#expiresMs.set(digestOf(code), expiresMs);
    return { code, expiresMs };
  }

  /** Whether the code is good; then it is so no more. */
  use(code: string, nowMs: number): boolean {
    const digest = digestOf(code);
    const expiresMs = this.#expiresMs.get(digest);
    this.#expiresMs.delete(digest);
    return expiresMs !== undefined && expiresMs > nowMs;
  }
}

function digestOf(code: string): string {
  return createHash("sha256").update(code).digest("base64");
}
