import type { KeyScope, ScopedKey } from "@custody/ledger";
import type { Hold } from "./holds.ts";
import { coveringHold } from "./holds.ts";
import type { KeyUsage } from "./key-usage.ts";
import { keepOf, type RetentionRules } from "./retention-rules.ts";

/** A key and what retention says about it. */
export interface Verdict {
  readonly id: string;
  readonly scope: KeyScope;
  readonly usage: KeyUsage;
  /**
   * `due`: its period is over. `kept`: not yet, or for ever. `held`: it would be due, and somebody placed a hold.
   * `unknown`: custody.yaml no longer has its class, so it is kept.
   */
  readonly state: "due" | "kept" | "held" | "unknown";
  readonly dueMs?: number;
  readonly hold?: string;
}

/** Judges every key that can be used and has entries. The period begins with the newest entry. */
export function judge(
  keys: readonly ScopedKey[],
  usage: ReadonlyMap<string, KeyUsage>,
  rules: RetentionRules,
  holds: readonly Hold[],
  nowMs: number,
): Verdict[] {
  return keys.flatMap(({ id, scope }): Verdict[] => {
    const used = usage.get(id);
    if (used === undefined) return [];
    const keep = keepOf(rules, scope.class);
    const common = { id, scope, usage: used };
    if (keep === "unknown") return [{ ...common, state: "unknown" }];
    if (keep === undefined) return [{ ...common, state: "kept" }];
    const dueMs = used.lastMs + keep;
    if (dueMs > nowMs) return [{ ...common, dueMs, state: "kept" }];
    const hold = coveringHold(holds, scope);
    return hold === undefined
      ? [{ ...common, dueMs, state: "due" }]
      : [{ ...common, dueMs, hold: hold.id, state: "held" }];
  });
}
