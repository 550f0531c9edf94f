import type { CheckedRecord } from "./use-checked-record.ts";

export type Verdict = "verified" | "pending" | "broken" | "unavailable";

/** All steps and the key together: a proof by a key that changed proves nothing to this reader. */
export function verdictOf({ check, pinning }: Pick<CheckedRecord, "check" | "pinning">): Verdict {
  if (check === undefined) return "unavailable";
  return pinning.state === "changed" ? "broken" : check.verdict;
}
