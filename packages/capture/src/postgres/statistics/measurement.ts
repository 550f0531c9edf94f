import type { Execution } from "../execution.ts";
import { type RowCounters, rowsBetween } from "./row-counters.ts";

/** The server's error, as it came and as far as records need it. */
export interface Failure {
  readonly raw: Buffer;
  readonly error: { readonly code: string; readonly message: string };
}

/** Where the counters are read: around an Execute, around a query string, or around one in a transaction of ours. */
export type MeasuredPlace = "execute" | "string" | "envelope";

/** One reading of the counters before and after what a client sent. */
export class Measurement {
  /** To which the rows are credited: of a string, the last statement that writes. */
  readonly execution: Execution;
  readonly place: MeasuredPlace;
  /** Of one statement, or of all that travel together. */
  readonly granularity: "statement" | "string";
  /** Why it came to nothing before the client's message was run: that is then the client's error. */
  failure: Failure | undefined;
  #before: RowCounters;
  #isOver = false;

  constructor(execution: Execution, place: MeasuredPlace, granularity: "statement" | "string" = "statement") {
    this.execution = execution;
    this.place = place;
    this.granularity = granularity;
  }

  /** What was measured has failed, and with it the transaction: there is nothing to be told any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  abandon(): void {
    this.#isOver = true;
    this.finish();
  }

  /** Nothing more is waited for. */
  finish(): void {
    this.execution.isBeingMeasured = false;
  }

  before(counters: RowCounters): void {
    this.#before = counters;
  }

  /** A portal that is executed several times is measured each time, and has the sum. */
  after(counters: RowCounters): void {
    const rows = rowsBetween(this.#before, counters);
    if (rows === undefined) return;
    const { execution, granularity } = this;
    const byTable = new Map(
      (execution.counted?.byTable ?? []).map((one) => [`${one.schema}.${one.name}`, one]),
    );
    for (const { deleted, inserted, name, schema, updated } of rows) {
      const known = byTable.get(`${schema}.${name}`) ?? { deleted: 0, inserted: 0, updated: 0 };
      byTable.set(`${schema}.${name}`, {
        deleted: known.deleted + deleted,
        inserted: known.inserted + inserted,
        name,
        schema,
        updated: known.updated + updated,
      });
    }
    execution.counted = {
      byTable: [...byTable.values()],
      ...(granularity === "string" ? { granularity } : undefined),
    };
  }
}
