import type { Ending, Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";

/** What can be said of the executions that a lost connection left without an answer. */
export interface Lost {
  readonly endings: ReadonlyMap<Execution, Ending>;
  /** The server may have committed the transaction that was open. */
  readonly mayHaveCommitted: boolean;
}

const UNKNOWN: Ending = { status: "unknown", outcome: "unknown" };
const UNDONE: Ending = { status: "cancelled", outcome: "rolled-back" };

/**
 * A server that loses its client rolls back whatever it has not committed. So only that is in doubt which a commit on
 * its way may have covered: a COMMIT, or the end of a segment outside an explicit transaction; and what no rollback
 * undoes. Nothing behind `stuck`, a COPY that still waits for data, was ever begun.
 */
export function judgeLost(
  owed: readonly Expected[],
  stuck: Execution | undefined,
  isExplicit: boolean,
): Lost {
  const endings = new Map<Execution, Ending>();
  let isInside = isExplicit;
  let isStuck = false;
  let mayHaveCommitted = false;
  let isStillOpen = true;
  let uncommitted: Execution[] = [];
  const end = (isCommit: boolean): void => {
    if (isCommit) {
      mayHaveCommitted ||= isStillOpen;
      for (const execution of uncommitted) endings.set(execution, UNKNOWN);
    }
    isStillOpen = false;
    uncommitted = [];
  };
  for (const expected of owed) {
    for (const execution of executionsOf(expected)) {
      isStuck ||= execution === stuck;
      endings.set(execution, UNDONE);
      if (isStuck) continue;
      const { control, escapesTransaction, writes } = execution.classified;
      if (writes) uncommitted.push(execution);
      if (control?.kind === "begin") isInside = true;
      if (control?.kind === "rollback") {
        end(false);
        isInside = control.chain;
      }
      if (control?.kind === "commit" || control?.kind === "prepare-transaction") {
        end(true);
        isInside = control.kind === "commit" && control.chain;
        endings.set(execution, UNKNOWN);
      }
      if (escapesTransaction) endings.set(execution, UNKNOWN);
    }
    if (endsTransaction(expected) && !isInside && !isStuck) end(true);
  }
  return { endings, mayHaveCommitted };
}

function executionsOf(expected: Expected): readonly Execution[] {
  if (expected.kind === "query") return expected.executions.slice(expected.at);
  return expected.kind === "execute" && expected.execution ? [expected.execution] : [];
}

/** Of a transaction that no BEGIN of the client has opened. */
function endsTransaction(expected: Expected): boolean {
  if (expected.kind === "own") return expected.what === "commit";
  return (
    expected.kind === "sync" || (expected.kind === "query" && expected.measurement?.place !== "envelope")
  );
}
