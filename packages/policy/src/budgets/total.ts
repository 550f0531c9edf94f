import type { Budget } from "../text/budget-schema.ts";
import { type Span, spanOf } from "./period.ts";
import type { Place } from "./place.ts";
import type { Amount } from "./spender.ts";

/** How one place stands in one period. Amounts are in the unit of the budget's limit. */
export interface Total extends Place {
  readonly span: Span;
  readonly limit: number;
  spent: number;
  /** Of requests that are on their way, the most that they may take. */
  reserved: number;
  /** How many requests are on their way. */
  open: number;
  /** How many requests had no price, where the limit is one of money. */
  unpriced: number;
  /** How many requests ended without anybody knowing what they took. */
  unknown: number;
}

/** What each place has spent, by period. */
export class Totals {
  readonly #byKey = new Map<string, Total>();

  /** A total that is not kept yet is made anew: asking alone leaves nothing behind. */
  at(place: Place, atMs: number): Total {
    const span = spanOf(place.budget.period, atMs);
    const known = this.#byKey.get(totalKey(place.budget.name, place.scope, span.fromMs));
    return known ?? newTotal(place, span);
  }

  keep(total: Total): void {
    this.#byKey.set(keyOf(total), total);
  }

  /** What was set aside was given back: whoever asks for models that there are not must not fill the memory. */
  dropUntouched(total: Total): void {
    if (isUntouched(total)) this.#byKey.delete(keyOf(total));
  }

  /** Drops periods that ended before that, but for what is on its way in them, and sessions that cannot ask any more. */
  forget(beforeMs: number, knows: (session: string) => boolean): void {
    for (const [key, total] of this.#byKey) {
      const { budget, open, scope, span } = total;
      const isOver = span.untilMs !== undefined && span.untilMs <= beforeMs;
      const isGone = budget.per === "session" && !knows(scope);
      if (open === 0 && (isOver || isGone)) this.#byKey.delete(key);
    }
  }

  all(): Iterable<Total> {
    return this.#byKey.values();
  }

  get size(): number {
    return this.#byKey.size;
  }
}

export function newTotal({ budget, person, scope }: Place, span: Span): Total {
  const limit = limitOf(budget);
  return { budget, limit, open: 0, person, reserved: 0, scope, span, spent: 0, unknown: 0, unpriced: 0 };
}

/** Nothing was spent there, and nothing is set aside. */
export function isUntouched({ open, spent, unknown, unpriced }: Total): boolean {
  return open === 0 && spent === 0 && unknown === 0 && unpriced === 0;
}

function keyOf({ budget, scope, span }: Total): string {
  return totalKey(budget.name, scope, span.fromMs);
}

/** Different for different places and periods. */
export function totalKey(budget: string, scope: string, fromMs: number): string {
  return `${budget} ${fromMs} ${scope}`;
}

export function limitOf({ limit }: Budget): number {
  return "tokens" in limit ? limit.tokens : limit.costMicros;
}

/** An amount in the unit of a budget's limit; null for money that nobody knows. */
export function amountIn({ limit }: Budget, { costMicros, tokens }: Amount): number | null {
  return "tokens" in limit ? tokens : costMicros;
}
