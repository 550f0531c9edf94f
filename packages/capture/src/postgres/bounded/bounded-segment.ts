import { encodeReadyForQuery } from "@custody/wire/postgres";
import type { ConnectionState } from "../connection-state.ts";
import type { Execution } from "../execution.ts";
import type { Step } from "../segment.ts";
import type { Borrow } from "../server-loan.ts";
import type { Bound, Verdict } from "./bound.ts";
import { runBounded } from "./run-bounded.ts";

export interface BoundedParts {
  readonly state: ConnectionState;
  readonly borrow: Borrow;
  /** What was done is answered: the bytes are read, recorded and passed on as if the server had sent them now. */
  readonly answer: (steps: readonly Step[], bytes: Buffer) => void;
  /** What a client listens to. */
  readonly passOn: (notifications: readonly Buffer[]) => void;
}

/** What came of a segment that was run within a bound. */
export type BoundedSegment<Said> =
  /** It was answered, by its success or by an error of the server. */
  | { readonly kind: "answered"; readonly said: Said | undefined }
  /** All of it was taken back, and nothing was answered. `said` is missing when its answer was too long to be kept. */
  | { readonly kind: "undone"; readonly said: Said | undefined };

/** A connection was lost in the middle; whether the transaction was committed, nobody knows then. */
export class BoundedRunLost extends Error {
  readonly mayHaveCommitted: boolean;

  constructor(mayHaveCommitted: boolean, cause: unknown) {
    super("the connection was lost while a statement was measured", { cause });
    this.mayHaveCommitted = mayHaveCommitted;
  }
}

/** Runs a whole segment within a bound; only where `boundObstacle` finds nothing. */
export async function runSegmentBounded<Said extends Verdict>(
  steps: readonly Step[],
  bound: Bound<Said>,
  { answer, borrow, passOn, state }: BoundedParts,
): Promise<BoundedSegment<Said>> {
  const isInTransaction = state.transaction.isExplicit;
  let mayHaveCommitted = false;
  const run = await borrow((client) =>
    runBounded(
      client,
      {
        isInTransaction,
        isQueryString: steps[0]?.expected?.kind === "query",
        messages: steps.map(({ raw }) => raw),
        onCommit: () => {
          mayHaveCommitted = true;
        },
        prepares: steps.flatMap(({ expected }) =>
          expected?.kind === "parse" && expected.name !== "" ? [expected.name] : [],
        ),
      },
      bound,
    ),
  ).catch((error: unknown) => {
    throw new BoundedRunLost(mayHaveCommitted, error);
  });
  if (run.kind === "undone") {
    passOn(run.notifications);
    return { kind: "undone", said: run.said };
  }
  const said = run.kind === "lasts" ? run.said : undefined;
  if (said !== undefined) credit(steps, said);
  const status = !isInTransaction ? "idle" : run.kind === "failed" ? "failed" : "in-transaction";
  answer(steps, Buffer.concat([...run.answer, encodeReadyForQuery({ status, type: "ready-for-query" })]));
  return { kind: "answered", said };
}

/** The rows are those of the whole segment; they stand at the last of its statements that writes. */
function credit(steps: readonly Step[], { byTable }: Verdict): void {
  const writing = steps.flatMap(({ executions }) => executions).filter(({ classified }) => classified.writes);
  const last: Execution | undefined = writing.at(-1);
  if (last !== undefined)
    last.counted = { byTable, ...(writing.length > 1 ? { granularity: "string" } : undefined) };
}
