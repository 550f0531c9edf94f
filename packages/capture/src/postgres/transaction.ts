import type { Outcome } from "@custody/domain";
import { CaptureError } from "../error.ts";
import type { TransactionControl } from "./classify/statement.ts";
import type { Execution } from "./execution.ts";

/** Tells the fate of a write, once it is known, and whether it stood in a transaction that BEGIN had opened. */
export type Settle = (execution: Execution, outcome: Outcome, wasExplicit: boolean) => void;

/** Writes of prepared transactions wait here for COMMIT PREPARED, from whichever connection it comes. */
export type PreparedTransactions = Map<string, readonly Execution[]>;

/**
 * Follows one connection's transaction through what the server answers, and tells the true outcome of each write.
 *
 * Outside BEGIN, statements share an implicit transaction up to the end of the message or to Sync; the server then
 * commits it or, after an error, has rolled it back at once
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT).
 */
export class TransactionTracker {
  readonly #settle: Settle;
  readonly #prepared: PreparedTransactions;
  #open: Execution[] = [];
  #savepoints: { readonly name: string; readonly mark: number }[] = [];
  #explicit = false;
  #isFailed = false;
  /** A simple query in the middle of a pipeline left the implicit transaction open, as the server says. */
  #isLeftOpen = false;

  constructor(settle: Settle, prepared: PreparedTransactions) {
    this.#settle = settle;
    this.#prepared = prepared;
  }

  /** Whether BEGIN was answered and no end yet. */
  get isExplicit(): boolean {
    return this.#explicit;
  }

  /** An error was answered, and the transaction does nothing more but wait for its end. */
  get isFailed(): boolean {
    return this.#isFailed;
  }

  get hasOpenWrites(): boolean {
    return this.#open.length > 0;
  }

  /** What the open transaction has written, and not taken back by a savepoint. */
  get openWrites(): readonly Execution[] {
    return this.#open;
  }

  /** A statement that writes was answered; its outcome is told later. */
  wrote(execution: Execution): void {
    this.#open.push(execution);
  }

  /** A transaction command was answered with `tag`; returns the outcome of that command itself. */
  controlled(control: TransactionControl, tag: string): Outcome {
    switch (control.kind) {
      case "begin":
        this.#explicit = true;
        return "open";
      case "commit":
      case "rollback":
        return this.#end(tag === "COMMIT" ? "committed" : "rolled-back", control.chain);
      case "savepoint":
        this.#savepoints.push({ name: control.name, mark: this.#open.length });
        return "open";
      case "release":
        this.#savepoints.length = this.#find(control.name);
        return "open";
      case "rollback-to":
        return this.#rollBackTo(control.name);
      case "prepare-transaction":
        return this.#prepare(control.gid, tag);
      case "commit-prepared":
        return this.#endPrepared(control.gid, "committed");
      case "rollback-prepared":
        return this.#endPrepared(control.gid, "rolled-back");
    }
  }

  /** The server reported an error: an implicit transaction is gone, an explicit one waits for its ROLLBACK. */
  failed(): void {
    this.#isFailed = true;
    if (!this.#explicit) this.#end("rolled-back", false);
  }

  /**
   * ReadyForQuery: in `idle`, whatever is still open was committed, unless COMMIT itself failed.
   *
   * A transaction without a BEGIN is not an explicit one: the next Sync ends it. PostgreSQL 18 then says `idle`, and
   * has not always committed it: what became of it, nobody was told.
   */
  ready(status: "idle" | "in-transaction" | "failed"): void {
    if (status !== "idle") this.#isLeftOpen = !this.#explicit;
    else if (this.#isFailed) this.#end("rolled-back", false);
    else this.#end(this.#isLeftOpen ? "unknown" : "committed", false);
  }

  /** The connection is gone. A transaction without an end on its way was rolled back by the server. */
  lost(isEndInFlight: boolean): void {
    this.#end(isEndInFlight ? "unknown" : "rolled-back", false);
  }

  #end(outcome: Outcome, chain: boolean): Outcome {
    const open = this.#open;
    const wasExplicit = this.#explicit;
    this.#open = [];
    this.#savepoints = [];
    this.#explicit = chain;
    this.#isFailed = false;
    this.#isLeftOpen = false;
    for (const execution of open) this.#settle(execution, outcome, wasExplicit);
    return outcome;
  }

  /** What goes back to a savepoint that nobody knows of would be told as something that it is not. */
  #find(name: string): number {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (at === -1)
      throw new CaptureError("DESYNCHRONISED", "the server knows a savepoint that no statement has made");
    return at;
  }

  #rollBackTo(name: string): Outcome {
    this.#isFailed = false;
    const at = this.#find(name);
    const mark = this.#savepoints[at]?.mark ?? 0;
    this.#savepoints.length = at + 1;
    for (const execution of this.#open.splice(mark)) this.#settle(execution, "rolled-back", true);
    return "open";
  }

  /** From here on the writes belong to the prepared transaction, and to no connection. */
  #prepare(gid: string, tag: string): Outcome {
    if (tag !== "PREPARE TRANSACTION") return this.#end("rolled-back", false);
    this.#prepared.set(gid, this.#open);
    this.#open = [];
    this.#savepoints = [];
    this.#explicit = false;
    return "open";
  }

  #endPrepared(gid: string, outcome: Outcome): Outcome {
    for (const execution of this.#prepared.get(gid) ?? []) this.#settle(execution, outcome, true);
    this.#prepared.delete(gid);
    return outcome;
  }
}
