import type { AuditRecord } from "@custody/domain";
import { expect } from "vitest";
import type { SentRow } from "./crash-load.ts";

const finalTypes = new Set(
  ["completed", "denied", "failed", "cancelled", "unknown"].map((name) => `db.statement.${name}`),
);

/** What all records together say about rows: which were asked for, and which are known to be committed. */
export interface RecordedRows {
  readonly requested: Set<string>;
  readonly committed: Set<string>;
  readonly unknownCount: number;
}

/** Reads the records, and holds each action to its one request and its one end. */
export function readRecords(records: readonly AuditRecord[]): RecordedRows {
  const requested = new Set<string>();
  const committed = new Set<string>();
  const actions = new Map<string, { requested: number; final: number }>();
  let unknownCount = 0;
  for (const record of records) {
    if (!record.type.startsWith("db.statement.")) continue;
    const action = actions.get(record.action) ?? { requested: 0, final: 0 };
    actions.set(record.action, action);
    const isCommitted =
      record.type === "db.statement.completed" && record.transaction?.outcome === "committed";
    if (record.type === "db.statement.requested") action.requested += 1;
    if (finalTypes.has(record.type)) action.final += 1;
    if (record.type === "db.statement.unknown") unknownCount += 1;
    for (const name of rowsOf(record)) {
      requested.add(name);
      if (isCommitted) committed.add(name);
    }
  }
  const malformed = [...actions].filter(([, { requested, final }]) => requested !== 1 || final !== 1);
  expect(malformed, "every action has one requested and one final record").toEqual([]);
  return { requested, committed, unknownCount };
}

/** A row is named by its bound id, or by the digest of the COPY that brought it. */
export function nameOf(row: SentRow): string {
  return row.copy ?? String(row.id);
}

function rowsOf({ statement, effect }: AuditRecord): string[] {
  const names: string[] = [];
  const id = statement?.parameters?.[0]?.value;
  if (id !== undefined && statement?.text.startsWith("INSERT INTO w")) names.push(id);
  if (effect?.bulk?.direction === "in") names.push(effect.bulk.digest);
  return names;
}
