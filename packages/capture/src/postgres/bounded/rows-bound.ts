import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { type RowCounters, rowsBetween } from "../statistics/row-counters.ts";
import type { Bound, Verdict } from "./bound.ts";
import { readOwnTransactions } from "./own-transactions.ts";
import { readCounters } from "./read-counters.ts";
import type { Changes } from "./standing.ts";

/** What something has changed, in a transaction that is still open. */
export interface Changed {
  /** Missing when the server does not count. */
  readonly byTable: readonly TableRows[] | undefined;
  /** The transactions that were under way before: rows that bear their mark were changed by something else. */
  readonly before: readonly string[];
  readonly client: Dialogue;
  /** What was defined, dropped, or emptied as a whole; undefined where nobody has looked. */
  readonly beyondRows: Pick<Changes, "gone" | "made" | "rewritten"> | undefined;
}

/** Says whether something may last. */
export type JudgeRows<Said> = (changed: Changed) => Said | Promise<Said>;

/** Lets something last if whoever judges says so, knowing the rows of every table that it changed. */
export class RowsBound<Said extends Verdict> implements Bound<Said, RowCounters> {
  readonly asksOnce = true;
  readonly #judge: JudgeRows<Said>;
  readonly #tellsApart: boolean;
  #before: RowCounters;
  #transactions: readonly string[] = [];

  /** `tellsApart`: the transaction may have changed other rows before. */
  constructor(judge: JudgeRows<Said>, { tellsApart }: { readonly tellsApart: boolean }) {
    this.#judge = judge;
    this.#tellsApart = tellsApart;
  }

  async before(client: Dialogue): Promise<void> {
    // Both are on their way at once.
    const asked = this.#tellsApart ? readOwnTransactions(client) : NOBODY;
    [this.#before, this.#transactions] = await Promise.all([readCounters(client), asked]);
  }

  look(client: Dialogue): Promise<RowCounters> {
    return readCounters(client);
  }

  async judge(found: RowCounters, client: Dialogue): Promise<Said> {
    const byTable = rowsBetween(this.#before, found);
    return this.#judge({ before: this.#transactions, byTable, client, beyondRows: undefined });
  }
}

const NOBODY: Promise<readonly string[]> = Promise.resolve([]);
