/** A price for each token: a fixed number, or one that rises with the tokens of input that a request has. */
export type Rate = number | TieredRate;

interface TieredRate {
  readonly base: number;
  /** Each holds for requests with more tokens of input than `start`. In rising order. */
  readonly tiers: readonly { readonly start: number; readonly price: number }[];
}

/**
 * What a model costs, in US dollars for a million tokens, which is the same as millionths of a dollar for each. What has no
 * price of its own costs what the next wider kind costs: a token read from a cache costs what other input does.
 */
export interface Rates {
  readonly input: Rate;
  readonly output: Rate;
  readonly cacheRead?: Rate | undefined;
  readonly cacheWrite?: Rate | undefined;
  /** For what a cache keeps for an hour instead of minutes. */
  readonly cacheWriteHour?: Rate | undefined;
  readonly reasoning?: Rate | undefined;
}

/** What holds for a request with so many tokens of input. */
export function rateAt(rate: Rate, inputTokens: number): number {
  if (typeof rate === "number") return rate;
  let price = rate.base;
  for (const tier of rate.tiers) if (inputTokens > tier.start) price = tier.price;
  return price;
}

/** The most that may hold for a request with at most so many tokens of input: a tier need not be dearer than the one before. */
export function highestRate(rate: Rate, inputTokensAtMost: number): number {
  if (typeof rate === "number") return rate;
  const reached = rate.tiers.filter(({ start }) => inputTokensAtMost > start);
  return Math.max(rate.base, ...reached.map(({ price }) => price));
}
