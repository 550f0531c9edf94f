import type { Spender } from "./spender.ts";

/** What is known of a session besides what it asks. */
export type Member = Pick<Spender, "agent" | "human" | "parentSession" | "project" | "session">;

/** Which session began which. */
export class Family {
  readonly #members = new Map<string, Member>();
  /** When each session was heard of last, by itself or by one that comes from it. */
  readonly #heardMs = new Map<string, number>();

  /** What is said later adds to what was said before, and takes no parent away. */
  know(member: Member, atMs: number): void {
    const before = this.#members.get(member.session);
    const parentSession = member.parentSession ?? before?.parentSession;
    this.#members.set(member.session, { ...member, parentSession });
    for (const { session } of this.lineOf(member))
      this.#heardMs.set(session, Math.max(atMs, this.#heardMs.get(session) ?? 0));
  }

  find(session: string): Member | undefined {
    return this.#members.get(session);
  }

  /** Whether it was heard of, and is not forgotten. */
  knows(session: string): boolean {
    return this.#heardMs.has(session);
  }

  /** Forgets sessions that nobody has heard of since. */
  forget(beforeMs: number): void {
    for (const [session, heardMs] of this.#heardMs) {
      if (heardMs >= beforeMs) continue;
      this.#heardMs.delete(session);
      this.#members.delete(session);
    }
  }

  get size(): number {
    return this.#heardMs.size;
  }

  /**
   * The session itself, then whoever began it, and so on. Sessions that are said to have begun each other in a circle each
   * count once. What forgotten sessions spent is in no session's line.
   */
  lineOf(member: Member): readonly Member[] {
    const line: Member[] = [];
    if (member.session === FORGOTTEN_SESSION) return line;
    const seen = new Set<string>();
    for (let next: Member | undefined = member; next !== undefined && !seen.has(next.session); ) {
      seen.add(next.session);
      line.push(next);
      const parent: string | undefined = next.parentSession ?? this.#members.get(next.session)?.parentSession;
      // Of a parent that nobody told of, only its id is known: its child speaks for it.
      next =
        parent === undefined
          ? undefined
          : (this.#members.get(parent) ?? { ...next, parentSession: undefined, session: parent });
    }
    return line;
  }
}

/** Stands in the place of sessions that are forgotten, of which only the sum is kept. */
export const FORGOTTEN_SESSION = "";
