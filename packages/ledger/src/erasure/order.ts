/** What is to be destroyed, and why. It is recorded before it is carried out. */
export interface ErasureOrder {
  /** Ids of data keys. */
  readonly keys: readonly string[];
  /** No entry below this index uses one of them. */
  readonly from: number;
  /** Nor one above this. */
  readonly to: number;
  /** The rule that asks for it, in the caller's words. */
  readonly rule: string;
  readonly reason: string;
  /** Who ordered it. */
  readonly by: string;
}

/** So that a record of an order stays small. */
export const ORDER_KEYS_MAX = 500;

export const ORDER_TYPE = "key.shred-ordered";

/**
 * The order in an entry's payload: an event as the ledger writes it, or a caller's record that has it in `details`.
 * Undefined when there is none.
 */
export function orderIn(payload: Buffer): ErasureOrder | undefined {
  try {
    const value = JSON.parse(payload.toString("utf8")) as Record<string, unknown>;
    if (value["type"] !== ORDER_TYPE) return undefined;
    const { by, from, keys, reason, rule, to } = (value["details"] ?? value) as Record<string, unknown>;
    const isOrder =
      Array.isArray(keys) &&
      keys.every((key) => typeof key === "string") &&
      Number.isSafeInteger(from) &&
      Number.isSafeInteger(to);
    return isOrder
      ? {
          by: String(by),
          from: from as number,
          keys,
          reason: String(reason),
          rule: String(rule),
          to: to as number,
        }
      : undefined;
  } catch {
    return undefined;
  }
}
