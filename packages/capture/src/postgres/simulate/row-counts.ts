import type { Dialogue } from "../dialogue.ts";

export interface RowCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** The server's own counters of this transaction: they have what cascades, triggers and functions did. */
const countsSql = `
SELECT relid::text, n_tup_ins::text, n_tup_upd::text, n_tup_del::text FROM pg_catalog.pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0`;

/** By the table's number. A baseline is needed: counters may hold what the connection did before. */
export async function readRowCounts(client: Dialogue): Promise<ReadonlyMap<string, RowCounts>> {
  const rows = await client.rows(countsSql);
  return new Map(
    rows.map(([id, inserted, updated, deleted]) => [
      id ?? "",
      { deleted: Number(deleted), inserted: Number(inserted), updated: Number(updated) },
    ]),
  );
}

export function countsSince(before: RowCounts | undefined, after: RowCounts | undefined): RowCounts {
  return {
    deleted: (after?.deleted ?? 0) - (before?.deleted ?? 0),
    inserted: (after?.inserted ?? 0) - (before?.inserted ?? 0),
    updated: (after?.updated ?? 0) - (before?.updated ?? 0),
  };
}

/** Without this setting all counters stay at zero, and a wipe would look like nothing. */
export async function countsRows(client: Dialogue): Promise<boolean> {
  const [row] = await client.rows("SELECT pg_catalog.current_setting('track_counts')");
  return row?.[0] === "on";
}
