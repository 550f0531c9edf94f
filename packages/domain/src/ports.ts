import type { Action } from "./action.ts";
import type { Decision } from "./decision.ts";
import type { AuditRecord, TableRows } from "./record.ts";

/** Says whether an action may proceed. Asked before a byte reaches the real system. A throw counts as a denial. */
export interface Decider {
  decide(action: Action): Decision | Promise<Decision>;
  /**
   * Decides again, knowing which rows the action has changed, before that is made to last. Asked where the decision says
   * `isMeasured`; a decider that never says so need not have it. Without `byTable` nobody could find out: whatever is limited
   * counts as beyond its limit.
   */
  judge?(action: Action, byTable: readonly TableRows[] | undefined): Decision;
  /** What an action has changed counts from now on, in whatever is limited over time. */
  count?(action: Action, byTable: readonly TableRows[]): void;
}

/**
 * How safe a record must be before its writer goes on.
 *
 * - `queued`: in order, and written with the next write, at most 20 ms later. For reads that are on their way.
 * - `written`: in the log file; survives a killed process. For whatever is about to be answered.
 * - `durable`: fsynced; survives a power cut. For whatever can change the outside world.
 */
export type Safety = "queued" | "written" | "durable";

/** A record before its writer gave it an identity: the recorder adds id, source and version. */
export type RecordDraft = Omit<AuditRecord, "id" | "source" | "location" | "v">;

/**
 * Writes down what happened. Records keep the order in which `record` was called.
 *
 * Rejects with a `LedgerError` when the ledger cannot write, for ever after: a full disk is not retried.
 */
export interface Recorder {
  /** Resolves once all of `drafts` are as safe as asked; returns nothing when they are so at once. Does not throw. */
  record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> | undefined;
  /** Resolves once everything recorded so far is as safe as asked. */
  settle(safety: "written" | "durable"): Promise<void>;
}
