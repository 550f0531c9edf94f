import { executionsOf, expectAnswers } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { finalRecord } from "../records.ts";
import type { Step } from "../segment.ts";
import type { Bound, Verdict } from "./bound.ts";
import type { BoundedSegment } from "./bounded-segment.ts";
import { BoundedRunLost, runSegmentBounded } from "./bounded-segment.ts";

/** Runs a segment within a bound, and answers the client when it has lasted or failed. What is lost in the middle is on record. */
export async function passBounded<Said extends Verdict>(
  steps: readonly Step[],
  bound: Bound<Said>,
  parts: PassageParts,
): Promise<BoundedSegment<Said>> {
  const { borrow, context, recorder, state } = parts;
  const sentUs = context.clock.monotonicUs();
  const answer = (answered: readonly Step[], bytes: Buffer): void => {
    expectAnswers(answered, parts, sentUs);
    parts.replay(bytes);
  };
  return runSegmentBounded(steps, bound, { answer, borrow, passOn: parts.tell, state }).catch(
    async (error) => {
      if (!(error instanceof BoundedRunLost)) throw error;
      const ending = error.mayHaveCommitted
        ? ({ outcome: "unknown", status: "unknown" } as const)
        : ({ outcome: "rolled-back", status: "cancelled" } as const);
      const finals = executionsOf(steps).map((execution) => finalRecord(execution, ending, context));
      await recorder.record(finals, "written");
      throw error.cause;
    },
  );
}
