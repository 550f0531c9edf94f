import type { Dialogue } from "../dialogue.ts";
import { type RowCounters, RowCountersReader, wholeCountersQuery } from "../statistics/row-counters.ts";

/** What the transaction has changed so far, by the server's own counters; undefined when it does not count, or not all. */
export async function readCounters(client: Dialogue): Promise<RowCounters> {
  const reader = new RowCountersReader();
  for (const row of await client.rows(wholeCountersQuery)) reader.read(row);
  return reader.take();
}
