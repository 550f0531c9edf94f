import type { BudgetPeriod } from "../text/budget-schema.ts";

/** A piece of time, in milliseconds since the epoch. What never begins again has no end. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The period of this kind that a moment is in. Every one of them begins with an hour. */
export function spanOf(period: BudgetPeriod, atMs: number): Span {
  switch (period) {
    case "hour":
      return piece(atMs, HOUR_MS);
    case "day":
      return piece(atMs, DAY_MS);
    case "month": {
      const date = new Date(atMs);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
      return { fromMs: Date.UTC(year, month), untilMs: Date.UTC(year, month + 1) };
    }
    case "total":
      return { fromMs: 0, untilMs: undefined };
  }
}

function piece(atMs: number, lengthMs: number): Span {
  const fromMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { fromMs, untilMs: fromMs + lengthMs };
}
