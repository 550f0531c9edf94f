import type { TableRows } from "./record.ts";

/** What would have become of one table. */
export interface SimulatedRows extends TableRows {
  /** Rows that a TRUNCATE, or the end of the table, would take away; null when they could not be counted. */
  readonly removed: number | null;
  readonly isDropped?: true;
}

/** What statements would have done, found out by running them and taking everything back; never an estimate. */
export interface Simulation {
  /**
   * `failed`: they were run, and the server refused them or stopped them. `not-simulatable`: nothing was run, or what was run
   * cannot be run in a transaction.
   */
  readonly outcome: "simulated" | "failed" | "not-simulatable";
  /** `transaction`: in one of its own. `savepoint`: in the one that was open, with what it had done so far. */
  readonly method: "savepoint" | "transaction";
  /** Why it was not simulated: one of Custody's words, or the server's SQLSTATE. */
  readonly code?: string;
  readonly reason?: string;
  /** Only tables that would change, cascades, triggers and functions included. */
  readonly byTable: readonly SimulatedRows[];
  /** The completion tag of each statement. */
  readonly commands: readonly string[];
  /** Things that would be made, and be taken away. */
  readonly created: readonly string[];
  readonly dropped: readonly string[];
  /** What no rollback undoes. */
  readonly sideEffects: readonly string[];
  /** What could not be measured as it should. */
  readonly notes: readonly string[];
}
