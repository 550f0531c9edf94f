import type { Spender } from "./spender.ts";

/** What is known of a session besides what it asks. */
export type Member = Pick<Spender, "agent" | "human" | "parentSession" | "project" | "session">;

/** Which session began which. */
export class Family {
  readonly #members = new Map<string, Member>();

  /** What is said later adds to what was said before, and takes no parent away. */
  know(member: Member): void {
    const before = this.#members.get(member.session);
    const parentSession = member.parentSession ?? before?.parentSession;
    this.#members.set(member.session, { ...member, parentSession });
  }

  /**
   * The session itself, then whoever began it, and so on. Sessions that are said to have begun each other in a circle each
   * count once.
   */
  lineOf(member: Member): readonly Member[] {
    const line: Member[] = [];
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
