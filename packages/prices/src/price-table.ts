import { calcPrice, type ModelPrice, type TieredPrices } from "@pydantic/genai-prices";
import type { Rate, Rates } from "./rates.ts";

/** What records say of where a price is from. A test compares it with the package. */
export const TABLE_NAME = "genai-prices 0.1.8";

/** The table is searched with regular expressions, and an agent says what its model is called. */
const NAME_CHARACTERS_MAX = 200;

/** A price holds from a day on, or between two times of the day, which are whole minutes. A test reads them in the package. */
const PRICE_STAYS_MS = 60_000;

/** Requests of agents come from a few models at a time; each is looked up thrice. */
const FOUND_MAX = 256;

/** Rates by time, provider and model; the oldest goes when there are too many. */
const found = new Map<string, Rates | undefined>();

/** What the table says that a model cost at a time; undefined for what it does not know. It asks nobody: the table is data. */
export function ratesInTable(provider: string, model: string, atMs: number): Rates | undefined {
  if (model.length > NAME_CHARACTERS_MAX || provider.length > NAME_CHARACTERS_MAX) return undefined;
  const key = JSON.stringify([Math.floor(atMs / PRICE_STAYS_MS), provider, model]);
  if (found.has(key)) return found.get(key);
  const rates = searchedRates(provider, model, atMs);
  const [oldest] = found.keys();
  if (oldest !== undefined && found.size >= FOUND_MAX) found.delete(oldest);
  found.set(key, rates);
  return rates;
}

/** The table is searched from its beginning, with regular expressions, which takes a tenth of a millisecond and more. */
function searchedRates(provider: string, model: string, atMs: number): Rates | undefined {
  const price = lookUp(provider, model, atMs);
  const input = rateOf(price?.["input_mtok"]);
  if (price === undefined || input === undefined) return undefined;
  return {
    input,
    // Some models only read, and some charge for nothing else.
    output: rateOf(price["output_mtok"]) ?? 0,
    cacheRead: rateOf(price["cache_read_mtok"]),
    cacheWrite: rateOf(price["cache_write_mtok"]),
    cacheWriteHour: rateOf(price["cache_write_1h_mtok"]),
    reasoning: rateOf(price["output_reasoning_mtok"]),
  };
}

/** The library only tells a price by way of a sum, and throws where its table contradicts itself. */
function lookUp(providerId: string, model: string, atMs: number): ModelPrice | undefined {
  try {
    const nothing = { input_tokens: 0, output_tokens: 0 };
    return calcPrice(nothing, model, { providerId, timestamp: new Date(atMs) })?.model_price;
  } catch {
    return undefined;
  }
}

function rateOf(price: number | TieredPrices | undefined): Rate | undefined {
  if (price === undefined || typeof price === "number") return price;
  return { base: price.base, tiers: [...price.tiers].sort((a, b) => a.start - b.start) };
}
