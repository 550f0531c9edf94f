import type { ConnectionState } from "../connection-state.ts";
import type { Execution } from "../execution.ts";
import { executionsOf } from "../forward.ts";
import type { Step } from "../segment.ts";

/** Why nothing can be asked, or taken back, where these messages stand; a sentence without its full stop. */
export function placeObstacle(steps: readonly Step[], state: ConnectionState): string | undefined {
  if (state.transaction.isFailed) return "its transaction has failed, and only waits for its end";
  if (state.copiesIn.length > 0 || !state.expected.isAtRest)
    return "it stands in the middle of a pipeline; send it after a Sync";
  const isQueryString = steps.length === 1 && steps[0]?.expected?.kind === "query";
  return isQueryString || steps.at(-1)?.expected?.kind === "sync"
    ? undefined
    : "its pipeline does not end here; send a Sync behind it";
}

/** Why these messages cannot be run, measured and taken back; likewise. */
export function boundObstacle(steps: readonly Step[], state: ConnectionState): string | undefined {
  const isInTransaction = state.transaction.isExplicit;
  const ofStatements = executionsOf(steps).map((one) => statementObstacle(one, isInTransaction));
  return (
    placeObstacle(steps, state) ??
    ofStatements.find((found) => found !== undefined) ??
    steps.map(portalObstacle).find((found) => found !== undefined)
  );
}

/** These do all their work at once, however few rows are asked for. */
const AT_ONCE: ReadonlySet<string> = new Set(["DELETE", "INSERT", "MERGE", "UPDATE"]);

/** The rest of a portal runs when more of it is asked for, behind the measurement. */
function portalObstacle({ expected }: Step): string | undefined {
  if (expected?.kind !== "execute" || expected.portal?.isLimited !== true) return undefined;
  const classified = expected.execution?.classified;
  if (classified === undefined || !classified.writes || AT_ONCE.has(classified.verb)) return undefined;
  return `${classified.verb} that writes is asked for bit by bit; send it without a limit on rows`;
}

function statementObstacle(
  { classified, mayCommitInside }: Execution,
  isInTransaction: boolean,
): string | undefined {
  const { control, copy, cursor, discards, escapesTransaction, operations, verb } = classified;
  if (control !== undefined) return `${verb} begins, divides or ends a transaction`;
  if (copy?.direction === "in") return "its data comes while it runs";
  if (cursor?.isHeld && classified.writes) return "WITH HOLD runs its query when the transaction ends";
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
