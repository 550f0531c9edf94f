import type { AuditRecord } from "@custody/domain";
import { tableName } from "../row/facets.ts";

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
  const tables: TableDeed[] = [];
  for (const { objects } of operations)
    for (const object of objects) addRole(tables, tableName(object), object.role);
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

function addRole(tables: TableDeed[], name: string, role: "read" | "write" | "define"): void {
  let found = tables.find((each) => each.name === name);
  if (found === undefined) {
    found = { isRead: false, isWritten: false, name };
    tables.push(found);
  }
  if (role === "read") found.isRead = true;
  else found.isWritten = true;
}
