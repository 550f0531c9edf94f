import type { Tier } from "@custody/domain";
import { type Facts, isAtLeast, type TouchedName } from "./facts.ts";

/** A statement that was denied, as far as later ones are held against it. */
export interface Denial {
  readonly atMs: number;
  readonly statement: string;
  readonly target: string;
  readonly tier: Tier;
  readonly objects: readonly TouchedName[];
}

/** Someone who is told no and has the same in mind tries again soon. */
const MEMORY_MS = 600_000;
const SESSIONS_MAX = 1000;
const DENIALS_MAX = 32;

/**
 * Remembers what each session was denied of late, to tell when it tries the same in other words: another statement that
 * reaches at least as far, and touches something that the denied one did; or that is destructive as the denied one was,
 * whatever it touches. The same statement again, with other values or without, is a repetition and no rewording.
 */
export class Rewordings {
  /** By session; the one that was denied something last stands last. */
  readonly #denials: Map<string, readonly Denial[]>;

  constructor(denials: Iterable<readonly [string, readonly Denial[]]> = []) {
    this.#denials = new Map(denials);
  }

  /** Whether anything of this session could be a rewording: what is asked of most statements. */
  isWatched(session: string | undefined): boolean {
    return session !== undefined && this.#denials.has(session);
  }

  remember({ objects, session, statement, target, tier, time }: Facts): void {
    if (session === undefined || statement === undefined || target === undefined) return;
    const atMs = Date.parse(time);
    const others = (this.#denials.get(session) ?? []).filter(
      (denial) => denial.statement !== statement && atMs - denial.atMs < MEMORY_MS,
    );
    this.#denials.delete(session);
    this.#makeRoom(atMs);
    const denial = { atMs, objects, statement, target, tier: tier ?? "read" };
    this.#denials.set(session, [...others.slice(1 - DENIALS_MAX), denial]);
  }

  isReworded({ objects, session, statement, target, tier, time }: Facts): boolean {
    const denials = session === undefined ? undefined : this.#denials.get(session);
    if (denials === undefined || statement === undefined || tier === undefined) return false;
    const atMs = Date.parse(time);
    if (denials.some((denial) => denial.statement === statement)) return false;
    return denials.some(
      (denial) =>
        atMs - denial.atMs < MEMORY_MS &&
        denial.target === target &&
        isAtLeast(tier, denial.tier) &&
        (isAtLeast(denial.tier, "destructive") || touchesSame(denial.objects, objects)),
    );
  }

  /** To be given to the constructor again. */
  get state(): readonly (readonly [string, readonly Denial[]])[] {
    return [...this.#denials];
  }

  #makeRoom(nowMs: number): void {
    for (const [session, denials] of this.#denials) {
      const isOld = nowMs - (denials.at(-1)?.atMs ?? 0) >= MEMORY_MS;
      // They stand in the order of their last denials.
      if (!isOld && this.#denials.size < SESSIONS_MAX) return;
      this.#denials.delete(session);
    }
  }
}

/** A name without a schema could be in any. */
function touchesSame(denied: readonly TouchedName[], tried: readonly TouchedName[]): boolean {
  return denied.some(({ name, schema }) =>
    tried.some(
      (each) =>
        each.name === name && (schema === undefined || each.schema === undefined || each.schema === schema),
    ),
  );
}
