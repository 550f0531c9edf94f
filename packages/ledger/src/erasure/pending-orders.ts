import { dirname } from "node:path";
import { LedgerError } from "../error.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import type { ErasureOrder } from "./order.ts";

/** An order that is not carried out to its end. */
export interface PendingOrder extends ErasureOrder {
  /** How many entries there were before it was recorded: its record stands there or behind. */
  readonly size: number;
  /** Where its record stands, once that is durable. */
  readonly order?: number;
  /** The first bundle whose blocks may still be there. */
  readonly nextBundle?: number;
}

/**
 * The file `.state/erasure`: what is to be gone on with after a stop. It is written before an order is recorded, so that
 * none is forgotten. It is no order by itself: only the record is, and nothing is destroyed without it.
 *
 * @throws LedgerError STATE_DAMAGED
 */
export async function readPendingOrders(disk: Disk, layout: Layout): Promise<PendingOrder[]> {
  const bytes = await disk.read(layout.erasure);
  if (bytes === undefined) return [];
  try {
    const { orders, v } = JSON.parse(bytes.toString("utf8")) as { orders: PendingOrder[]; v: number };
    if (v === 1 && Array.isArray(orders)) return orders;
  } catch {
    // Told below.
  }
  throw new LedgerError(
    "STATE_DAMAGED",
    `${layout.erasure} is damaged: remove it, and order again what \`verify\` says is not finished`,
  );
}

/** Durable when it resolves. Without any order there is no file. */
export async function writePendingOrders(
  disk: Disk,
  layout: Layout,
  orders: readonly PendingOrder[],
): Promise<void> {
  if (orders.length === 0) await disk.remove(layout.erasure);
  else await disk.replace(layout.erasure, Buffer.from(`${canonicalJson({ orders, v: 1 })}\n`));
  await disk.syncDirectory(dirname(layout.erasure));
}
