import { HttpProblem } from "../http/http-problem.ts";

/** So many wrong passwords in a row cost nothing; each further one doubles the wait. */
const FREE_ATTEMPTS = 3;
const WAIT_MS_MAX = 15 * 60_000;

/** Every so many wrong passwords in a row somebody is locked, which is on record and outlasts a restart. */
const LOCK_EVERY = 10;
const LOCK_MS = 15 * 60_000;

/** Names that are guessed at, whether there are such people or not. */
const NAMES_MAX = 10_000;

interface Tries {
  count: number;
  waitUntilMs: number;
}

/** Makes guessing at one name slower with every guess. It does the same for names that nobody has. */
export class SignInGuard {
  readonly #tries = new Map<string, Tries>();

  /** @throws HttpProblem too-many-attempts, before anything is looked at */
  check(name: string, nowMs: number): void {
    const { waitUntilMs = 0 } = this.#tries.get(name) ?? {};
    if (waitUntilMs > nowMs)
      throw new HttpProblem(
        "too-many-attempts",
        `too many wrong passwords for this name; try again in ${Math.ceil((waitUntilMs - nowMs) / 1000)} s`,
      );
  }

  /** Counts a wrong one. Resolves to when the name is to be locked until, if it is. */
  failed(name: string, nowMs: number): { readonly attempts: number; readonly lockUntilMs?: number } {
    if (this.#tries.size >= NAMES_MAX && !this.#tries.has(name)) this.#forgetOldest();
    const tries = this.#tries.get(name) ?? { count: 0, waitUntilMs: 0 };
    tries.count += 1;
    const isLock = tries.count % LOCK_EVERY === 0;
    const waitMs = isLock ? LOCK_MS : 1000 * 2 ** (tries.count - FREE_ATTEMPTS - 1);
    if (tries.count > FREE_ATTEMPTS) tries.waitUntilMs = nowMs + Math.min(waitMs, WAIT_MS_MAX);
    this.#tries.delete(name);
    this.#tries.set(name, tries);
    return { attempts: tries.count, ...(isLock ? { lockUntilMs: tries.waitUntilMs } : undefined) };
  }

  succeeded(name: string): void {
    this.#tries.delete(name);
  }

  #forgetOldest(): void {
    const [oldest] = this.#tries.keys();
    if (oldest !== undefined) this.#tries.delete(oldest);
  }
}
