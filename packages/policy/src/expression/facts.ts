import type { TableRows } from "@custody/domain";

/** What has been counted, when a rule is asked. */
export interface Facts {
  /** The rows that the statement has changed; undefined before it has run. */
  readonly byTable: readonly TableRows[] | undefined;
  /** What the session has spent, in millionths. */
  readonly costMicros: number;
  /** What it has taken of models, in tokens. */
  readonly tokens: number;
  /** The most rows of one table, over the tables of `byTable`, that the session has changed, `byTable` included. */
  rowsWithin(windowMs: number): number;
  /** The statements of the session that wrote, this one included. */
  statementsWithin(windowMs: number): number;
}

export function rowsOf(table: TableRows): number {
  return table.inserted + table.updated + table.deleted;
}

/** All rows of all tables. */
export function totalRows(byTable: readonly TableRows[]): number {
  let total = 0;
  for (const table of byTable) total += rowsOf(table);
  return total;
}

/** The rows of the table of which the most were changed. */
export function mostRows(byTable: readonly TableRows[]): number {
  let most = 0;
  for (const table of byTable) most = Math.max(most, rowsOf(table));
  return most;
}
