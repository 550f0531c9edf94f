/** What answers of models took together. Of what nobody knows a price, only the tokens are in it. */
export interface CostSum {
  /** How many requests were answered and said what they took. */
  readonly requests: number;
  /** How many of them have no price: what they cost is not in `costMicros`. */
  readonly unpriced: number;
  /** How many of them were reported, and not seen in the data path. */
  readonly reported: number;
  /** Tokens of input that were neither read from a cache nor put into one. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Tokens of output, those of reasoning included. */
  readonly output: number;
  readonly reasoning: number;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
}

/** By what costs can be told apart. A day is one of UTC. */
export type CostKey = "agent" | "day" | "model" | "person" | "project" | "session";

/** One line of costs. */
export interface CostLine extends CostSum {
  /** The name, the id of the session, `provider/model`, or the day, `2026-11-28`; empty where nobody is named. */
  readonly key: string;
}

/** One page of costs, the dearest first. */
export interface CostPage {
  readonly lines: readonly CostLine[];
  /** Of all lines, those of other pages included. */
  readonly total: CostSum;
  /** Give it as `after` for the next page; null on the last one. */
  readonly next: string | null;
}
