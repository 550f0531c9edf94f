import type { Decided, Decider } from "@custody/domain";

/** Nobody knows the rows; that something was written counts all the same. */
export function countUnmeasured(decided: readonly Decided[], decider: Decider): void {
  for (const { action } of decided)
    if (action.operations.some(({ tier }) => tier !== "read")) decider.count?.(action, []);
}
