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

/** Remembers what was told. */
export class Notices {
  readonly #told = new Set<string>();

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
  remember(type: string, { budget, from, scope }: NonNullable<AuditRecord["details"]>): void {
    if (typeof budget !== "string" || typeof scope !== "string" || typeof from !== "string") return;
    this.#told.add(`${type} ${totalKey(budget, scope, Date.parse(from))}`);
  }

  #once(type: BudgetNotice["type"], total: Total, spender: Spender): readonly BudgetNotice[] {
    const key = `${type} ${totalKey(total.budget.name, total.scope, total.span.fromMs)}`;
    if (this.#told.has(key)) return [];
    this.#told.add(key);
    return [{ spender, total: { ...total }, type }];
  }
}
