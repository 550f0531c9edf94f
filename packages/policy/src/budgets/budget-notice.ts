import type { AuditRecord } from "@custody/domain";
import type { Spender } from "./spender.ts";
import { limitOf, type Total, totalKey } from "./total.ts";

export const BUDGET_WARNED = "budget.warned";
export const BUDGET_REACHED = "budget.reached";

/** Something that people are told once for each budget, place and period. */
export interface BudgetNotice {
  /** `budget.warned`: much of it is spent. `budget.reached`: it is spent, or a request would have gone beyond it. */
  readonly type: typeof BUDGET_WARNED | typeof BUDGET_REACHED;
  /** How the place stood then; a copy. */
  readonly total: Readonly<Total>;
  /** Whose request it was. */
  readonly spender: Spender;
}

/** What was told, as far as it says when it can be forgotten. */
interface Told {
  readonly untilMs: number | undefined;
  /** Where it was told of a session. */
  readonly session: string | undefined;
}

/** Remembers what was told. */
export class Notices {
  readonly #told = new Map<string, Told>();

  /** A request was refused. */
  reached(totals: readonly Total[], spender: Spender): readonly BudgetNotice[] {
    return totals.flatMap((total) => this.#once(BUDGET_REACHED, total, spender));
  }

  /** Something was spent. Whoever hears that all of it is spent is not warned besides. */
  after(totals: readonly Total[], spender: Spender): readonly BudgetNotice[] {
    return totals.flatMap((total) => {
      const limit = limitOf(total.budget);
      if (total.spent >= limit) return this.#once(BUDGET_REACHED, total, spender);
      return total.spent >= total.budget.warnAt * limit ? this.#once(BUDGET_WARNED, total, spender) : [];
    });
  }

  /** What a record says that people were told. */
  remember(type: string, { budget, from, per, scope, until }: NonNullable<AuditRecord["details"]>): void {
    if (typeof budget !== "string" || typeof scope !== "string" || typeof from !== "string") return;
    this.#told.set(`${type} ${totalKey(budget, scope, Date.parse(from))}`, {
      session: per === "session" ? scope : undefined,
      untilMs: typeof until === "string" ? Date.parse(until) : undefined,
    });
  }

  /** Drops what was told of periods that ended before that, and of sessions that cannot ask any more. */
  forget(beforeMs: number, knows: (session: string) => boolean): void {
    for (const [key, { session, untilMs }] of this.#told) {
      const isOver = untilMs !== undefined && untilMs <= beforeMs;
      if (isOver || (session !== undefined && !knows(session))) this.#told.delete(key);
    }
  }

  get size(): number {
    return this.#told.size;
  }

  #once(type: BudgetNotice["type"], total: Total, spender: Spender): readonly BudgetNotice[] {
    const { budget, scope, span } = total;
    const key = `${type} ${totalKey(budget.name, scope, span.fromMs)}`;
    if (this.#told.has(key)) return [];
    this.#told.set(key, {
      session: budget.per === "session" ? scope : undefined,
      untilMs: span.untilMs,
    });
    return [{ spender, total: { ...total }, type }];
  }
}
