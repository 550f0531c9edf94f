/** How one budget stands in one place, in the period that runs now. Amounts are in its unit. */
export interface BudgetStanding {
  readonly budget: string;
  /** Which one of the policy's it is, from 1. */
  readonly number: number;
  /** Whose requests count together; of a session, also those of the sessions that it began. */
  readonly per: "session" | "human" | "project" | "model" | "all";
  /**
   * Which session (its id), person (their id), project or model; empty for all together, and for requests for nobody in
   * particular. Null in the one line of a budget that nothing is spent of.
   */
  readonly scope: string | null;
  /** The person's name, or that of the person whom the session acts for. */
  readonly person?: string;
  /** Of a session: its agent, and its project. */
  readonly agent?: string;
  readonly project?: string;
  readonly period: "hour" | "day" | "month" | "total";
  /** When the period began; null for one that never began, and never ends. */
  readonly from: string | null;
  /** When it ends; not included. */
  readonly until: string | null;
  /** `micros`: millionths of a US dollar. */
  readonly unit: "tokens" | "micros";
  readonly limit: number;
  /** What answers took. */
  readonly settled: number;
  /** For requests that are under way, the most that they may take. */
  readonly reserved: number;
  /** What a further request may take; never below 0. */
  readonly left: number;
  /** What becomes of a request that may go beyond it. */
  readonly then: "stop" | "hold" | "warn";
  /** The share of the limit from which people are warned. */
  readonly warnAt: number;
  /** How many requests had no price, where the limit is one of money: what they cost is not in it. */
  readonly unpriced: number;
  /** How many requests ended without anybody knowing what they took: they count as what was set aside for them. */
  readonly unknown: number;
}

/** One page of budgets as they stand, the dearest share first. */
export interface BudgetPage {
  readonly budgets: readonly BudgetStanding[];
  /** How many budgets the policy has, whoever asks. */
  readonly defined: number;
  /** Give it as `after` for the next page; null on the last one. */
  readonly next: string | null;
}
