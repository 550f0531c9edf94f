import type { CostSum, Usage } from "@custody/domain";

/** One request as a sum, in the way in which the server adds them up: what is not in US dollars has no price. */
export function sumOfOne({ costMicros, currency, ...usage }: Usage): CostSum {
  const isPriced = costMicros !== null && currency === "USD";
  return {
    cacheRead: usage.cacheRead,
    cacheWrite: usage.cacheWrite,
    costMicros: isPriced ? costMicros : 0,
    input: usage.input,
    output: usage.output,
    reasoning: usage.reasoning,
    reported: 0,
    requests: 1,
    unpriced: isPriced ? 0 : 1,
  };
}
