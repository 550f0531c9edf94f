import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { type RowCounters, rowsBetween } from "../statistics/row-counters.ts";
import type { Bound, Verdict } from "./bound.ts";
import { readCounters } from "./read-counters.ts";

/** Says whether something may last. `byTable` is missing when the server does not count. */
export type JudgeRows<Said> = (
  byTable: readonly TableRows[] | undefined,
  client: Dialogue,
) => Said | Promise<Said>;

/** Lets something last if whoever judges says so, knowing the rows of every table that it changed. */
export class RowsBound<Said extends Verdict> implements Bound<Said, RowCounters> {
  readonly asksOnce = true;
  readonly #judge: JudgeRows<Said>;
  #before: RowCounters;

  constructor(judge: JudgeRows<Said>) {
    this.#judge = judge;
  }

  async before(client: Dialogue): Promise<void> {
    this.#before = await readCounters(client);
  }

  look(client: Dialogue): Promise<RowCounters> {
    return readCounters(client);
  }

  async judge(found: RowCounters, client: Dialogue): Promise<Said> {
    return this.#judge(rowsBetween(this.#before, found), client);
  }
}
