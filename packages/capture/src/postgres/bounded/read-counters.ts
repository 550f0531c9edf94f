import type { Dialogue } from "../dialogue.ts";
import { type RowCounters, RowCountersReader, rowCountersQuery } from "../statistics/row-counters.ts";

/** What the transaction has changed so far, by the server's own counters; undefined when it does not count. */
export async function readCounters(client: Dialogue): Promise<RowCounters> {
  const reader = new RowCountersReader();
  for (const row of await client.rows(rowCountersQuery)) reader.read(row);
  return reader.take();
}
