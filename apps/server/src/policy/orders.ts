import type { Decision } from "@custody/domain";
import type { ReplayTotals, RuleTestResult } from "@custody/policy";

/** What is wrong with a text, and where; counted from 1. */
export interface PolicyMistake {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** An example that stands beside the rules. */
export interface ExampleResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: { readonly effect: Decision["effect"]; readonly rule: string | null };
  /** Null where the statement could not be understood. */
  readonly got: { readonly effect: Decision["effect"]; readonly rule: string } | null;
  readonly reasons: readonly string[];
}

/** What a check found. */
export interface PolicyChecked {
  /** There is no mistake, every example was run, and all passed. */
  readonly ok: boolean;
  /** Null for a text that cannot be used. */
  readonly digest: string | null;
  readonly presets: readonly string[];
  readonly mistakes: readonly PolicyMistake[];
  readonly examples: number;
  /** Fewer than `examples` when the time was up. */
  readonly run: number;
  readonly passed: number;
  /** Those that failed first; of many, the beginning. */
  readonly results: readonly ExampleResult[];
}

/** What a replay has found so far. */
export interface Replayed
  extends Pick<
    ReplayTotals,
    "asked" | "byChange" | "byEffect" | "byRule" | "differing" | "inDoubt" | "page" | "unasked"
  > {
  readonly next: number | null;
  /** The last record that was asked about. */
  readonly reached: { readonly index: number; readonly time: string } | null;
}

/** A record as the ledger has it. */
export interface PastRecord {
  readonly index: number;
  readonly payload: Uint8Array;
}

/** What the thread is asked, one after the other. */
export interface PolicyOrders {
  readonly check: { readonly order: { readonly text: string }; readonly answer: PolicyChecked };
  readonly compile: {
    readonly order: { readonly text: string; readonly after: number; readonly limit: number };
    readonly answer: { readonly digest: string } | { readonly mistakes: readonly PolicyMistake[] };
  };
  /** After `compile`. Answers what was asked in all; `isDone` is false when the time was up before the last of them. */
  readonly replay: {
    readonly order: { readonly records: readonly PastRecord[]; readonly timeMs: number };
    readonly answer: { readonly asked: number; readonly time: string | null; readonly isDone: boolean };
  };
  readonly totals: { readonly order: object; readonly answer: Replayed };
}

export type OrderName = keyof PolicyOrders;

export interface OrderMessage {
  readonly name: OrderName;
  readonly order: PolicyOrders[OrderName]["order"];
}

/** Of a check: what is not run within this time is not run. */
export const CHECK_MS = 10_000;

/** More results than these nobody reads. */
export const RESULTS_MAX = 500;

export function resultOf({ decision, expected, isPassed, name, problem }: RuleTestResult): ExampleResult {
  return {
    expected: { effect: expected.effect, rule: expected.rule ?? null },
    got: decision === undefined ? null : { effect: decision.effect, rule: decision.rule },
    name,
    passed: isPassed,
    reasons: decision?.reasons ?? (problem === undefined ? [] : [problem]),
  };
}
