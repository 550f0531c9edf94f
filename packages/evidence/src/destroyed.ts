import type { AuditRecord } from "@custody/domain";
import type { Envelope } from "@custody/ledger/verifier";

const ORDER_TYPE = "key.shred-ordered";

/**
 * Holds records that are not there against the recorded orders to destroy their keys. Otherwise whoever makes evidence
 * could leave out what a record says, and say that it was destroyed.
 */
export class Destroyed {
  /** Keys of destroyed records, each with the first entry that it sealed. */
  readonly #keys = new Map<string, number>();
  readonly #ordered = new Set<string>();
  count = 0;

  add({ i, k }: Envelope): void {
    this.count += 1;
    if (!this.#keys.has(k)) this.#keys.set(k, i);
  }

  /** A record that is there: an order names the keys that are to be destroyed. */
  note({ details, type }: AuditRecord): void {
    const keys: unknown = type === ORDER_TYPE ? details?.["keys"] : undefined;
    if (!Array.isArray(keys)) return;
    for (const key of keys) if (typeof key === "string") this.#ordered.add(key);
  }

  /** The first entries of those keys that no order names. */
  withheld(): number[] {
    return [...this.#keys].flatMap(([key, index]) => (this.#ordered.has(key) ? [] : [index]));
  }
}
