import type { AuditRecord } from "@custody/domain";

/**
 * A record is listed under so many of its tables. Whoever dumps a database locks hundreds in one statement; whoever
 * names a hundred thousand wants to keep us busy, and to fill the memory that holds each name once.
 */
export const TABLES_MAX = 1000;

/** No database has longer names. */
const NAME_CHARACTERS_MAX = 256;

type Role = NonNullable<AuditRecord["operations"]>[number]["objects"][number]["role"];

export interface TouchedTable {
  /** As `schema.name`, or a name alone: what is shown and filtered by. */
  readonly table: string;
  readonly name: string;
  readonly role: Role;
}

/** Every table that operations touch, in their order, once for each role; at most as many as a record is listed under. */
export function touchedTables(operations: AuditRecord["operations"]): readonly TouchedTable[] {
  const touched: TouchedTable[] = [];
  const seen = new Set<string>();
  for (const { objects } of operations ?? [])
    for (const { name: given, role, schema } of objects) {
      const name = given.slice(0, NAME_CHARACTERS_MAX);
      const table = schema === undefined ? name : `${schema.slice(0, NAME_CHARACTERS_MAX)}.${name}`;
      const key = `${role} ${table}`;
      if (seen.has(key)) continue;
      if (seen.size >= TABLES_MAX) return touched;
      seen.add(key);
      touched.push({ name, role, table });
    }
  return touched;
}
