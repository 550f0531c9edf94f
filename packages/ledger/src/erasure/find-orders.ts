import type { LedgerReader } from "../reader/ledger-reader.ts";
import { ORDER_TYPE, orderIn } from "./order.ts";
import type { PendingOrder } from "./pending-orders.ts";

/**
 * Of the orders that were under way, those that were recorded. The file that lists them can be written by anybody who
 * can write files, so each is taken from its record, and what has none is dropped.
 */
export async function findOrders(
  reader: LedgerReader,
  pending: readonly PendingOrder[],
): Promise<(PendingOrder & { readonly order: number })[]> {
  const found: (PendingOrder & { readonly order: number })[] = [];
  for (const each of pending) {
    const from = each.order ?? each.size;
    const to = each.order === undefined ? reader.size : each.order + 1;
    const order = await findOrder(reader, each.keys, from, Math.min(to, reader.size));
    if (order !== undefined) found.push({ ...each, order });
  }
  return found;
}

async function findOrder(
  reader: LedgerReader,
  keys: readonly string[],
  from: number,
  to: number,
): Promise<number | undefined> {
  const wanted = [...keys].sort().join();
  for await (const { i, t } of reader.envelopes(from, to)) {
    if (t !== ORDER_TYPE) continue;
    const { payload } = await reader.entry(i);
    const order = payload && orderIn(payload);
    if (order && [...order.keys].sort().join() === wanted) return i;
  }
  return undefined;
}
