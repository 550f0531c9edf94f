import type {
  Action,
  Approval,
  Decision,
  Effect,
  Outcome,
  Simulation,
  Statement,
  TableRows,
} from "@custody/domain";
import type { BulkDigest } from "./bulk-digest.ts";
import type { ClassifiedStatement } from "./classify/statement.ts";

/**
 * One execution of one statement, from the request to the final record. Its life:
 *
 *     requested ─► answered (rows are known, the transaction is open) ─► final
 *               └─────────────────────────────────────────────────────► final
 */
export class Execution {
  readonly action: Action;
  readonly classified: ClassifiedStatement;
  readonly startedUs: number;
  /** Set by `pass()`, before anything is forwarded. */
  decision: Decision | undefined;
  /** What a human said, when one was asked. */
  approval: Approval | undefined;
  /** How long it has waited for that. */
  heldUs = 0;
  /** What it would have done, when that is what was decided. */
  simulation: Simulation | undefined;
  /** It may not go on as it is: its rows have to be known, or a human has to be asked. */
  mayNotGoOnAlone = false;
  state: "requested" | "answered" | "final" = "requested";
  /** When its bytes went on to the server, by the monotonic clock. */
  forwardedUs = 0;
  answeredUs = 0;
  rowsReturned = 0;
  rowBytes = 0;
  tag: string | undefined;
  bulk: BulkDigest | undefined;
  /** What the server's counters said of it; see statistics/. */
  counted: { readonly byTable: readonly TableRows[]; readonly granularity?: "string" } | undefined;
  /** It was answered, and what the counters say is still to come. */
  isBeingMeasured = false;
  error: { readonly code: string; readonly message: string } | undefined;

  constructor(action: Action, classified: ClassifiedStatement, startedUs: number) {
    this.action = action;
    this.classified = classified;
    this.startedUs = startedUs;
  }

  /** CALL and DO can commit while they run, unless they stand behind BEGIN. No rollback takes that back. */
  get mayCommitInside(): boolean {
    return this.action.operations.some(({ verb }) => verb === "CALL" || verb === "DO");
  }

  get statement(): Statement | undefined {
    return this.action.statement;
  }
}

export type FinalStatus = Effect["status"];

/** How an execution ended, for its final record. */
export interface Ending {
  readonly status: FinalStatus;
  readonly outcome?: Outcome;
}
