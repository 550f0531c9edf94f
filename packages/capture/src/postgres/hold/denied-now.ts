import type { Decided, Decision } from "@custody/domain";
import type { Execution } from "../execution.ts";
import { executionsOf } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { refusalError } from "../refuse.ts";
import type { Step } from "../segment.ts";

/** What the rules deny by now, and as what: a freeze, or other rules, may have come while a human thought. */
export async function denialNow(
  decided: readonly Decided[],
  { context, decider }: Pick<PassageParts, "context" | "decider">,
): Promise<{ readonly at: number; readonly decision: Decision } | undefined> {
  for (const [at, { action }] of decided.entries()) {
    const decision = await decider.decide({ ...action, timeUs: context.clock.nowUs() });
    if (decision.effect === "deny") return { at, decision };
  }
  return undefined;
}

/** Likewise, as the error that says so; the records have that decision then. */
export async function deniedNow(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
): Promise<Buffer | undefined> {
  const denial = await denialNow(decided, parts);
  if (denial === undefined) return undefined;
  const execution = executionsOf(steps)[denial.at] as Execution;
  execution.decision = denial.decision;
  return refusalError(execution.action, denial.decision, execution.classified.verb);
}
