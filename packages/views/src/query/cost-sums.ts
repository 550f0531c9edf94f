import type { CostSum } from "@custody/domain";
import type { UsageRow } from "../columns/usages.ts";

export type Sum = { -readonly [Name in keyof CostSum]: CostSum[Name] };

export function emptySum(): Sum {
  return {
    cacheRead: 0,
    cacheWrite: 0,
    costMicros: 0,
    input: 0,
    output: 0,
    reasoning: 0,
    reported: 0,
    requests: 0,
    unpriced: 0,
  };
}

export function addUsage(sum: Sum, usage: Readonly<UsageRow>): void {
  sum.requests += 1;
  if (usage.isUnpriced) sum.unpriced += 1;
  if (usage.isReported) sum.reported += 1;
  sum.cacheRead += usage.cacheRead;
  sum.cacheWrite += usage.cacheWrite;
  sum.costMicros += usage.costMicros;
  sum.input += usage.input;
  sum.output += usage.output;
  sum.reasoning += usage.reasoning;
}
