import type { Context, Shape } from "../row/facets.ts";

/** The records that close a statement: each has exactly one of them, so nothing is counted twice. */
const FINAL = /^db\.statement\.(cancelled|completed|denied|failed|unknown)$/;

/** What one statement did to tables, once it has ended. */
export interface TableDeeds {
  readonly target: string;
  readonly isDenied: boolean;
  readonly isRolledBack: boolean;
  /** Whether rows that it changed can be counted: when it writes several tables, nobody said whose they were. */
  readonly countsRows: boolean;
  readonly tables: readonly TableDeed[];
}

export interface TableDeed {
  readonly name: string;
  readonly isRead: boolean;
  readonly isWritten: boolean;
}

/** What follows from what is kept of a row: so it can be taken back when there is nothing else of the record. */
export function tableDeeds({ target }: Context, shape: Shape): TableDeeds | undefined {
  const { outcome, roles, tables, type } = shape;
  if (target === undefined || tables.length === 0 || !FINAL.test(type)) return undefined;
  const deeds = tables.map((name, at) => ({
    isRead: roles[at] !== "w",
    isWritten: roles[at] !== "r",
    name,
  }));
  return {
    countsRows: deeds.filter(({ isWritten }) => isWritten).length === 1,
    isDenied: type === "db.statement.denied",
    isRolledBack: outcome === "rolled-back",
    tables: deeds,
    target,
  };
}
