import type { Dialogue } from "../dialogue.ts";
import type { Bound, Verdict } from "./bound.ts";
import { readOwnTransactions } from "./own-transactions.ts";
import type { JudgeRows } from "./rows-bound.ts";
import { changesBetween, readStanding, type Standing } from "./standing.ts";

/**
 * As `RowsBound`, and looks at what is defined as well: code of triggers may do what no counter has. That takes several questions,
 * and longer, so it is for what waits for a human anyway.
 */
export class StandingBound<Said extends Verdict> implements Bound<Said, Standing> {
  readonly asksOnce = false;
  readonly #judge: JudgeRows<Said>;
  #before: Standing | undefined;
  #transactions: readonly string[] = [];

  constructor(judge: JudgeRows<Said>) {
    this.#judge = judge;
  }

  async before(client: Dialogue): Promise<void> {
    this.#transactions = await readOwnTransactions(client);
    this.#before = await readStanding(client);
  }

  look(client: Dialogue): Promise<Standing> {
    return readStanding(client);
  }

  async judge(found: Standing, client: Dialogue): Promise<Said> {
    const { byTable, ...beyondRows } = changesBetween(this.#before as Standing, found);
    return this.#judge({ before: this.#transactions, beyondRows, byTable, client });
  }
}
