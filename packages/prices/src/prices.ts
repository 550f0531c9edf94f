import type { Usage } from "@custody/domain";
import { exactSum } from "./exact-sum.ts";
import { ratesInTable, TABLE_NAME } from "./price-table.ts";
import { highestRate, type Rates, rateAt } from "./rates.ts";

/** The tokens of one answer, as `Usage` has them, and of which model they are. */
export interface PricedTokens
  extends Pick<Usage, "cacheRead" | "cacheWrite" | "input" | "model" | "output" | "provider" | "reasoning"> {
  /** The tokens among `cacheWrite` that the cache keeps for an hour, where the provider tells them apart. */
  readonly cacheWriteHour?: number;
}

/** The most that a request can take: tokens of input however they are read, and of output with reasoning. */
export interface TokensAtMost {
  readonly provider: string;
  readonly model: string;
  readonly inputTokensAtMost: number;
  readonly outputTokensAtMost: number;
}

/** What it costs, in the members of `Usage` that say so. */
export type Price = Pick<Usage, "costMicros" | "prices"> & { readonly currency: "USD" };

/** A price that somebody wrote down: US dollars for a million tokens. */
export interface OwnPrice {
  readonly provider: string;
  /** Its name, or the beginning of it followed by `*`. Case does not matter. */
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

export interface Prices {
  /**
   * What an answer costs, to the nearest millionth. `costMicros` is null for a model that nobody knows a price of, and for
   * numbers that are no counts: providers say them, and nothing is guessed from nonsense.
   */
  priceOf(tokens: PricedTokens, atMs: number): Price;
  /** What no request within these bounds can cost more than; null likewise. */
  mostOf(tokens: TokensAtMost, atMs: number): Price;
}

/** What records say of a price that is from the configuration. */
const OWN_NAME = "custody.yaml";

/** Prices of one's own hold before those of the table; the first that fits. */
export function createPrices(own: readonly OwnPrice[] = []): Prices {
  const find = (
    provider: string,
    model: string,
    atMs: number,
  ): { name: string; rates?: Rates | undefined } => {
    const written = own.find((each) => isOf(each, provider, model));
    return written === undefined
      ? { name: TABLE_NAME, rates: ratesInTable(provider, model, atMs) }
      : { name: OWN_NAME, rates: written };
  };
  const price = (name: string, costMicros: number | null): Price => ({
    costMicros,
    currency: "USD",
    prices: name,
  });
  return {
    priceOf: (tokens, atMs) => {
      const { name, rates } = find(tokens.provider, tokens.model, atMs);
      return price(name, rates === undefined ? null : costOf(rates, tokens));
    },
    mostOf: ({ inputTokensAtMost, model, outputTokensAtMost, provider }, atMs) => {
      const { name, rates } = find(provider, model, atMs);
      const most = rates === undefined ? null : mostWith(rates, inputTokensAtMost, outputTokensAtMost);
      return price(name, most);
    },
  };
}

function isOf(
  { model: written, provider: writtenProvider }: OwnPrice,
  provider: string,
  model: string,
): boolean {
  if (writtenProvider.toLowerCase() !== provider.toLowerCase()) return false;
  const name = model.toLowerCase();
  const pattern = written.toLowerCase();
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function costOf(rates: Rates, tokens: PricedTokens): number | null {
  const { cacheRead, cacheWrite, cacheWriteHour = 0, input, output, reasoning } = tokens;
  if (![cacheRead, cacheWrite, cacheWriteHour, input, output, reasoning].every(isCount)) return null;
  const inputTokens = input + cacheRead + cacheWrite;
  const write = rates.cacheWrite ?? rates.input;
  // What a provider says of parts may be more than the whole; then the part is the whole.
  const hour = Math.min(cacheWriteHour, cacheWrite);
  const thought = Math.min(reasoning, output);
  const at = (rate: Rates["input"]) => rateAt(rate, inputTokens);
  return exactSum([
    [input, at(rates.input)],
    [cacheRead, at(rates.cacheRead ?? rates.input)],
    [cacheWrite - hour, at(write)],
    [hour, at(rates.cacheWriteHour ?? write)],
    [output - thought, at(rates.output)],
    [thought, at(rates.reasoning ?? rates.output)],
  ]);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function mostWith(rates: Rates, inputTokens: number, outputTokens: number): number | null {
  if (!isCount(inputTokens) || !isCount(outputTokens)) return null;
  const highest = (...all: readonly (Rates["input"] | undefined)[]) =>
    Math.max(...all.map((rate) => (rate === undefined ? 0 : highestRate(rate, inputTokens))));
  const { cacheRead, cacheWrite, cacheWriteHour, input, output, reasoning } = rates;
  return exactSum([
    [inputTokens, highest(input, cacheRead, cacheWrite, cacheWriteHour)],
    [outputTokens, highest(output, reasoning)],
  ]);
}
