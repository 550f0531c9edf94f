/** What a model's answer took, by the provider's own numbers, and what that costs. Tokens; money in millionths. */
export interface Usage {
  /** Tokens of input that came from a cache. */
  readonly cacheRead: number;
  /** Tokens of input that were put into a cache. */
  readonly cacheWrite: number;
  /** Those among `cacheWrite` that are kept for an hour, where there are any: they cost more. */
  readonly cacheWriteHour?: number;
  /** Millionths of `currency`. Null where nobody knows the price: unpriced is not free. */
  readonly costMicros: number | null;
  readonly currency: string;
  /** Tokens of input that were neither read from a cache nor put into one. */
  readonly input: number;
  readonly model: string;
  /** Tokens of output, those of reasoning included. */
  readonly output: number;
  /** Which table of prices was used. */
  readonly prices: string;
  readonly provider: string;
  /** The tokens among `output` that were spent on reasoning, where the provider says so. */
  readonly reasoning: number;
}
