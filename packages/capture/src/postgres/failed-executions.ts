import type { Outcome } from "@custody/domain";
import type { Clock } from "../clock.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Ending, Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import type { Portal } from "./portal.ts";
import type { Failure } from "./statistics/measurement.ts";

/** The server's error, as far as records need it. */
export type ServerError = Failure["error"];

/** The client cancelled the statement: query_canceled. */
const QUERY_CANCELED = "57014";

/** What an error of the server leaves undone: the execution that has failed, and all that is skipped behind it. */
export class FailedExecutions {
  readonly #state: ConnectionState;
  readonly #clock: Clock;
  readonly #close: (execution: Execution, ending: Ending) => void;

  constructor(state: ConnectionState, clock: Clock, close: (execution: Execution, ending: Ending) => void) {
    this.#state = state;
    this.#clock = clock;
    this.#close = close;
  }

  /** The rest of a simple query string does not run. ReadyForQuery follows. */
  ofQuery(head: Extract<Expected, { kind: "query" }>, answered: ServerError): void {
    const error = head.measurement?.failure?.error ?? answered;
    head.measurement?.abandon();
    for (const [at, execution] of head.executions.entries()) {
      if (at === head.at) this.fail(execution, error);
      else if (at > head.at) this.#skip(execution);
    }
    head.at = head.executions.length;
  }

  /** The server skips to the next Sync. An error of Parse or Bind is the failure of what was to be executed. */
  ofSegment(head: Expected, error: ServerError): void {
    if (head.kind === "sync") return;
    let blamed: boolean = false;
    for (const skipped of this.#state.expected.skipToSync()) {
      this.reject(skipped);
      if (skipped.kind === "row-counters") skipped.measurement.abandon();
      // The server drops the unnamed statement before it looks at the new one.
      if (skipped === head && replacesUnnamed(skipped)) this.#state.statements.remove("");
      if (skipped.kind === "query") for (const execution of skipped.executions) this.#skip(execution);
      if (skipped.kind !== "execute" || skipped.execution === undefined) continue;
      const isBlamed: boolean = !blamed && (skipped === head || isFor(skipped.portal, head));
      blamed ||= isBlamed;
      if (isBlamed) this.fail(skipped.execution, error);
      else this.#skip(skipped.execution);
    }
  }

  /** Definitions that will not come about. */
  reject(expected: Expected): void {
    if (expected.kind === "parse") this.#state.statements.reject(expected.name, expected.prepared);
    if (expected.kind === "bind") this.#state.portals.reject(expected.name, expected.portal);
    if (expected.kind === "close")
      (expected.what === "portal" ? this.#state.portals : this.#state.statements).reject(
        expected.name,
        undefined,
      );
  }

  fail(execution: Execution, error: ServerError): void {
    if (execution.tag !== undefined) return;
    execution.error = error;
    execution.answeredUs = this.#clock.monotonicUs();
    this.leave(execution);
    this.#state.withdraw(execution);
    const isUndone = this.#state.transaction.isExplicit || !execution.mayCommitInside;
    const outcome: { outcome: Outcome } = { outcome: isUndone ? "rolled-back" : "unknown" };
    this.#close(execution, { status: error.code === QUERY_CANCELED ? "cancelled" : "error", ...outcome });
  }

  #skip(execution: Execution): void {
    if (execution.tag !== undefined || this.#state.isSuspended(execution)) return;
    this.leave(execution);
    this.#state.withdraw(execution);
    this.#close(execution, { status: "skipped", outcome: "rolled-back" });
  }

  /** Whatever the connection still knew of the execution as something on its way. */
  leave(execution: Execution): void {
    this.#state.answered(execution);
    this.#state.resume(execution);
    this.#state.leaveCopy(execution);
  }
}

function replacesUnnamed(expected: Expected): boolean {
  return expected.kind === "refusal" ? expected.isUnnamed : expected.kind === "parse" && expected.name === "";
}

/** Whether the failed message prepared or bound what this portal would have executed. */
function isFor(portal: Portal | undefined, head: Expected): boolean {
  if (portal === undefined) return false;
  if (head.kind === "bind") return portal === head.portal;
  if (head.kind === "parse") return portal.prepared === head.prepared;
  return head.kind === "describe" || head.kind === "close";
}
