import { ORDER_KEYS_MAX } from "@custody/ledger";
import type { KeyUsage } from "./key-usage.ts";
import type { Desk } from "./with-desk.ts";

export interface Doomed {
  readonly id: string;
  readonly usage: KeyUsage;
}

/** Orders the destruction of keys, so many at a time. Resolves to the orders and to how many keys they name. */
export async function eraseKeys(
  desk: Desk,
  doomed: readonly Doomed[],
  why: { readonly rule: string; readonly reason: string; readonly unusedSince?: number },
): Promise<{ readonly orders: number[]; readonly keys: number }> {
  const orders: number[] = [];
  let keys = 0;
  // Neighbours together: an order is carried out from the first entry of its keys to the last.
  const sorted = [...doomed].sort((a, b) => a.usage.first - b.usage.first);
  for (let at = 0; at < sorted.length; at += ORDER_KEYS_MAX) {
    const some = sorted.slice(at, at + ORDER_KEYS_MAX);
    const erased = await desk.erase({
      ...why,
      from: Math.min(...some.map(({ usage }) => usage.first)),
      keys: some.map(({ id }) => id),
      to: Math.max(...some.map(({ usage }) => usage.last)),
    });
    orders.push(erased.order);
    keys += erased.keys.length;
  }
  return { keys, orders };
}
