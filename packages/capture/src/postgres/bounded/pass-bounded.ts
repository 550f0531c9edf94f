import { encodeReadyForQuery } from "@custody/wire/postgres";
import { executionsOf, expectAnswers } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { endOnRecord } from "../refusal.ts";
import type { Step } from "../segment.ts";
import type { Bound, Verdict } from "./bound.ts";
import { type BoundedRun, runBounded } from "./run-bounded.ts";

/** What came of a segment that was run within a bound. `said` is missing when there was nothing to measure. */
export type BoundedSegment<Said> =
  /** The client was answered, by its success or by an error of the server. */
  | { readonly kind: "answered"; readonly said: Said | undefined }
  /** All of it was taken back, and nothing was answered. `said` is missing when its answer was too long to be kept. */
  | { readonly kind: "undone"; readonly said: Said | undefined };

/**
 * Runs a whole segment within a bound, only where `boundObstacle` finds nothing; what has lasted or failed is answered as if
 * the server had said it now.
 */
export async function passBounded<Said extends Verdict>(
  steps: readonly Step[],
  bound: Bound<Said>,
  parts: PassageParts,
): Promise<BoundedSegment<Said>> {
  const isInTransaction = parts.state.transaction.isExplicit;
  const sentUs = parts.context.clock.monotonicUs();
  const run = await runOnRecord(steps, bound, parts, isInTransaction);
  if (run.kind === "undone") {
    parts.tell(run.notifications);
    return { kind: "undone", said: run.said };
  }
  const said = run.kind === "lasts" ? run.said : undefined;
  if (said !== undefined) credit(steps, said);
  const status = !isInTransaction ? "idle" : run.kind === "failed" ? "failed" : "in-transaction";
  expectAnswers(steps, parts, sentUs);
  parts.replay(Buffer.concat([...run.answer, encodeReadyForQuery({ status, type: "ready-for-query" })]));
  return { kind: "answered", said };
}

/** What is lost in the middle is on record: rolled back by the server, or nobody knows whether it was committed. */
async function runOnRecord<Said extends Verdict>(
  steps: readonly Step[],
  bound: Bound<Said>,
  { borrow, context, recorder }: PassageParts,
  isInTransaction: boolean,
): Promise<BoundedRun<Said>> {
  let mayHaveCommitted = false;
  const given = {
    isInTransaction,
    isQueryString: steps[0]?.expected?.kind === "query",
    messages: steps.map(({ raw }) => raw),
    onCommit: () => {
      mayHaveCommitted = true;
    },
    prepares: steps.flatMap(({ expected }) =>
      expected?.kind === "parse" && expected.name !== "" ? [expected.name] : [],
    ),
  };
  try {
    return await borrow((client) => runBounded(client, given, bound));
  } catch (error) {
    const ending = mayHaveCommitted
      ? ({ outcome: "unknown", status: "unknown" } as const)
      : ({ outcome: "rolled-back", status: "cancelled" } as const);
    await endOnRecord(steps, ending, { context, recorder });
    throw error;
  }
}

/** The rows are those of the whole segment; they stand at the last of its statements that writes. */
function credit(steps: readonly Step[], { byTable }: Verdict): void {
  const writing = executionsOf(steps).filter(({ classified }) => classified.writes);
  const last = writing.at(-1);
  if (last !== undefined)
    last.counted = { byTable, ...(writing.length > 1 ? { granularity: "string" } : undefined) };
}
