import type { AuditRecord } from "@custody/domain";
import { touchedTables } from "../row/touched-tables.ts";

/** The records that close a statement: each has exactly one of them, so nothing is counted twice. */
const FINAL = /^db\.statement\.(cancelled|completed|denied|failed|unknown)$/;

/** What one statement did to tables, once it has ended. */
export interface TableDeeds {
  readonly target: string;
  readonly time: string;
  readonly isDenied: boolean;
  readonly isRolledBack: boolean;
  /** Rows that it changed; none when it writes several tables, since nobody said whose they were. */
  readonly rows: number;
  readonly tables: readonly TableDeed[];
}

interface TableDeed {
  readonly name: string;
  isRead: boolean;
  isWritten: boolean;
}

export function tableDeeds(record: AuditRecord): TableDeeds | undefined {
  const { effect, operations, target, time, transaction, type } = record;
  if (operations === undefined || target === undefined || !FINAL.test(type)) return undefined;
  const tables = deedsOf(operations);
  if (tables.length === 0) return undefined;
  const isSingle = tables.filter(({ isWritten }) => isWritten).length === 1;
  return {
    isDenied: type === "db.statement.denied",
    isRolledBack: transaction?.outcome === "rolled-back",
    rows: isSingle ? (effect?.rows.affected ?? 0) : 0,
    tables,
    target: target.name,
    time,
  };
}

function deedsOf(operations: NonNullable<AuditRecord["operations"]>): readonly TableDeed[] {
  const deeds = new Map<string, TableDeed>();
  for (const { role, table } of touchedTables(operations)) {
    const deed = deeds.get(table) ?? { isRead: false, isWritten: false, name: table };
    deeds.set(table, deed);
    if (role === "read") deed.isRead = true;
    else deed.isWritten = true;
  }
  return [...deeds.values()];
}
