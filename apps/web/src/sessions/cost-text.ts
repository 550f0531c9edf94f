import { type CostSum, moneyText } from "@custody/domain";
import { pageText } from "@custody/messages";
import { formatCompact, formatCount } from "../text/format.ts";

/** What it cost, for people. What nobody knows the price of is said, and is never 0. */
export function costText({ costMicros, requests, unpriced }: CostSum): string {
  if (requests === 0) return pageText("cost.none");
  if (unpriced === 0) return moneyText(costMicros);
  if (unpriced === requests) return pageText("cost.unpriced");
  return pageText("cost.partly", { cost: moneyText(costMicros), count: formatCount(unpriced) });
}

type Tokens = Pick<CostSum, "cacheRead" | "cacheWrite" | "input" | "output">;

/** Few digits for a line. */
export function tokensText({ cacheRead, cacheWrite, input, output }: Tokens): string {
  return pageText("sessions.tokens", {
    input: formatCompact(input + cacheRead + cacheWrite),
    output: formatCompact(output),
  });
}

/** All digits, for whoever points at it. */
export function tokensTitle({ cacheRead, cacheWrite, input, output }: Tokens): string {
  return pageText("sessions.tokens-title", {
    cached: formatCount(cacheRead),
    input: formatCount(input + cacheRead + cacheWrite),
    output: formatCount(output),
  });
}
