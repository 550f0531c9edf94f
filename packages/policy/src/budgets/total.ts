import type { Budget } from "../text/budget-schema.ts";
import { type Span, spanOf } from "./period.ts";
import type { Place } from "./place.ts";
import type { Amount } from "./spender.ts";

/** How one place stands in one period. Amounts are in the unit of the budget's limit. */
export interface Total extends Place {
  readonly span: Span;
  spent: number;
  /** Of requests that are on their way, the most that they may take. */
  reserved: number;
  /** How many requests had no price, where the limit is one of money. */
  unpriced: number;
}

/** What each place has spent, by period. */
export class Totals {
  readonly #byKey = new Map<string, Total>();

  at(place: Place, atMs: number): Total {
    const span = spanOf(place.budget.period, atMs);
    const key = totalKey(place.budget.name, place.scope, span.fromMs);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const total = { ...place, reserved: 0, span, spent: 0, unpriced: 0 };
    this.#byKey.set(key, total);
    return total;
  }
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
