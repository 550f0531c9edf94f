import type { ConnectionState } from "../connection-state.ts";
import type { Execution } from "../execution.ts";
import type { Step } from "../segment.ts";

/** Why these messages cannot be run, measured and taken back; a sentence without its full stop. */
export function boundObstacle(steps: readonly Step[], state: ConnectionState): string | undefined {
  if (state.transaction.isFailed) return "its transaction has failed, and only waits for its end";
  if (state.copiesIn.length > 0 || !state.expected.isAtRest)
    return "it stands in the middle of a pipeline; send it after a Sync";
  const syncs = steps.filter(({ expected }) => expected?.kind === "sync").length;
  const isQueryString = steps.length === 1 && steps[0]?.expected?.kind === "query";
  if (!isQueryString && (syncs !== 1 || steps.at(-1)?.expected?.kind !== "sync"))
    return "its pipeline does not end here; send a Sync behind it";
  const isInTransaction = state.transaction.isExplicit;
  for (const { executions } of steps)
    for (const execution of executions) {
      const found = statementObstacle(execution, isInTransaction);
      if (found !== undefined) return found;
    }
  return undefined;
}

function statementObstacle(
  { classified, mayCommitInside }: Execution,
  isInTransaction: boolean,
): string | undefined {
  const { control, copy, discards, escapesTransaction, operations, verb } = classified;
  if (control !== undefined) return `${verb} begins, divides or ends a transaction`;
  if (copy?.direction === "in") return "its data comes while it runs";
  if (isInTransaction) return undefined;
  if (mayCommitInside) return `${verb} may commit while it runs`;
  if (discards === "all") return `${verb} cannot run in a transaction`;
  // Code that is called counts as escaping, and so does a sequence that moves: both can stand in a transaction.
  const movesOnly = operations.every(
    ({ kind, tier, verb: each }) =>
      tier === "read" || kind === "call" || ROWS.has(kind) || each === "FUNCTION",
  );
  if (escapesTransaction && !movesOnly) return `${verb}, as it is written, cannot run in a transaction`;
  return undefined;
}

const ROWS: ReadonlySet<string> = new Set(["insert", "update", "delete", "merge", "unknown"]);
