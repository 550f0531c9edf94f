import type { IndexTables } from "../indexing/index-tables.ts";
import { rowFilter } from "./row-filter.ts";
import { scanUp } from "./scan.ts";

/** At most `limit` rows of a session and of all sessions that come from it, oldest first. */
export function familyRows(tables: IndexTables, session: string, limit: number): readonly number[] {
  const { columns, contexts } = tables;
  const family = familyOf(tables, session);
  const filter = rowFilter(tables, {});
  for (const [number, context] of contexts.values().entries())
    filter.contexts[number] = context.session !== undefined && family.has(context.session) ? 1 : 0;
  return scanUp(columns, filter, "records", -1, limit);
}

/** Whoever is said to have begun its own ancestor is in it once. */
function familyOf({ contexts }: IndexTables, session: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const { parentSession, session: child } of contexts.values())
    if (parentSession !== undefined && child !== undefined)
      children.set(parentSession, [...(children.get(parentSession) ?? []), child]);
  const family = new Set([session]);
  for (const member of family) for (const child of children.get(member) ?? []) family.add(child);
  return family;
}
