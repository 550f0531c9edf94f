import type { ErasureOrder } from "../erasure/order.ts";
import type { Envelope } from "../verifier/envelope.ts";
import type { Findings } from "./finding.ts";

/** An order to destroy keys, as it was recorded. */
export interface RecordedErasure extends ErasureOrder {
  /** The index of its record. */
  readonly order: number;
  /** How many entries cannot be read any more because of it. */
  readonly entries: number;
  /** False while one of its keys is still there. */
  readonly isCarriedOut: boolean;
}

/** Entries of one key that cannot be read. */
interface Unreadable {
  readonly file: string;
  readonly first: number;
  last: number;
  count: number;
}

/**
 * Tells what was destroyed by a recorded order from what is missing. An order stands behind everything that it destroys,
 * so this is settled at the end.
 */
export class Shredded {
  readonly #unreadable = new Map<string, Unreadable>();
  readonly #orders: { readonly index: number; readonly order: ErasureOrder }[] = [];
  /** The last entry that is an order by its type, which can be seen without a key. */
  #lastOrder = -1;

  /** An entry whose key is gone. */
  add({ i, k }: Envelope, file: string): void {
    const known = this.#unreadable.get(k);
    if (known === undefined) this.#unreadable.set(k, { count: 1, file, first: i, last: i });
    else {
      known.count += 1;
      known.last = i;
    }
  }

  sawOrder(index: number, order: ErasureOrder | undefined): void {
    this.#lastOrder = index;
    if (order !== undefined) this.#orders.push({ index, order });
  }

  /** With the master key: each key that is gone must be named by an order behind its last entry. Returns the count. */
  settle(findings: Findings): number {
    const ordered = new Map(
      this.#orders.flatMap(({ index, order }) => order.keys.map((key) => [key, index])),
    );
    let count = 0;
    for (const [key, { count: entries, file, first, last }] of this.#unreadable) {
      const order = ordered.get(key);
      if (order !== undefined && order > last) count += entries;
      else {
        const why =
          order === undefined
            ? "no record says that it was destroyed"
            : `the order at entry ${order} came before`;
        findings.add(
          "KEY_MISSING",
          file,
          `key ${key} of ${entries} entries is gone, and ${why}`,
          order === undefined ? first : last,
        );
      }
    }
    return count;
  }

  /** Without it, orders cannot be read; that there is one behind the entry is all that can be seen. */
  settleWithoutKeys(findings: Findings): number {
    let count = 0;
    for (const { count: entries, file, first, last } of this.#unreadable.values()) {
      if (last < this.#lastOrder) count += entries;
      else
        findings.add(
          "BLOCK_DAMAGED",
          file,
          "its block is missing, and no order to destroy it follows",
          first,
        );
    }
    return count;
  }

  erasures(has: (keyId: string) => boolean): RecordedErasure[] {
    return this.#orders.map(({ index, order }) => ({
      ...order,
      entries: order.keys.reduce((sum, key) => sum + (this.#unreadable.get(key)?.count ?? 0), 0),
      isCarriedOut: !order.keys.some(has),
      order: index,
    }));
  }
}
