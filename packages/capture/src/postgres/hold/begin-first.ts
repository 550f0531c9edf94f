import type { Decided } from "@custody/domain";
import { executionsOf, send } from "../forward.ts";
import { segmentEnd } from "../inject.ts";
import type { PassageParts } from "../passage-parts.ts";
import type { Step } from "../segment.ts";

/** What is left of a segment, with what was decided about it. */
interface Rest {
  readonly steps: readonly Step[];
  readonly decided: readonly Decided[];
}

/**
 * Some drivers send BEGIN in front of a transaction's first statement, in one pipeline. It goes on alone then, with a Sync
 * of ours that means nothing within a transaction: what stands behind it can be measured like everything else in one.
 */
export async function sendBeginFirst(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
): Promise<Rest> {
  const { state } = parts;
  const [begin, next] = executionsOf(steps);
  if (begin?.classified.control?.kind !== "begin" || next === undefined) return { decided, steps };
  if (steps[0]?.expected?.kind === "query") return { decided, steps };
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  if (!state.expected.isAtRest || state.transaction.isExplicit) return { decided, steps };
  const at = steps.findIndex(({ executions }) => executions.includes(begin)) + 1;
  const sync: Step = { executions: [], expected: { isFollowed: true, kind: "sync" }, raw: segmentEnd };
  send([...steps.slice(0, at), sync], parts);
  await state.earlierAnswered();
  return { decided: decided.slice(1), steps: steps.slice(at) };
}
