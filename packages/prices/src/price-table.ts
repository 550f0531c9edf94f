import { calcPrice, type ModelPrice, type TieredPrices } from "@pydantic/genai-prices";
import type { Rate, Rates } from "./rates.ts";

/** What records say of where a price is from. A test compares it with the package. */
export const TABLE_NAME = "genai-prices 0.1.8";

/** The table is searched with regular expressions, and an agent says what its model is called. */
const NAME_CHARACTERS_MAX = 200;

/** What the table says that a model cost at a time; undefined for what it does not know. It asks nobody: the table is data. */
export function ratesInTable(provider: string, model: string, atMs: number): Rates | undefined {
  if (model.length > NAME_CHARACTERS_MAX || provider.length > NAME_CHARACTERS_MAX) return undefined;
  const found = lookUp(provider, model, atMs);
  const input = rateOf(found?.["input_mtok"]);
  if (found === undefined || input === undefined) return undefined;
  return {
    input,
    // Some models only read, and some charge for nothing else.
    output: rateOf(found["output_mtok"]) ?? 0,
    cacheRead: rateOf(found["cache_read_mtok"]),
    cacheWrite: rateOf(found["cache_write_mtok"]),
    cacheWriteHour: rateOf(found["cache_write_1h_mtok"]),
    reasoning: rateOf(found["output_reasoning_mtok"]),
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
