/** What the API says of policies: docs/api.md. */

export type Effect = "allow" | "approve" | "deny" | "simulate";

export interface ShownRule {
  readonly name: string;
  /** `policy`, `builtin`, or the name of a preset. */
  readonly source: string;
  readonly effect: Effect;
  readonly match: Readonly<Record<string, readonly string[] | boolean>>;
  readonly when: string | null;
  readonly message: string;
  readonly approval: { readonly approvers: number; readonly isPasskeyNeeded?: true } | null;
}

interface Loading {
  readonly index: number;
  readonly time: string;
  readonly occasion: "start" | "reload";
  readonly by: string;
}

export interface ShownPolicy {
  readonly origin: string;
  readonly digest: string;
  readonly text: string;
  readonly extends: readonly string[];
  readonly defaults: Readonly<Record<string, string>>;
  readonly changed: Loading;
  readonly isOlder: boolean;
  readonly rules: readonly ShownRule[];
  /** Places in `rules`, in the order in which they are asked there. */
  readonly environments: Readonly<Record<string, readonly number[]>>;
}

export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Decided {
  readonly effect: Effect;
  readonly rule: string;
}

export interface ExampleResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: { readonly effect: Effect; readonly rule: string | null };
  readonly got: Decided | null;
  readonly reasons: readonly string[];
}

export interface Checked {
  readonly digest: string | null;
  readonly mistakes: readonly Mistake[];
  readonly examples: number;
  readonly run: number;
  readonly passed: number;
  readonly results: readonly ExampleResult[];
}

export interface Difference {
  readonly index: number;
  readonly action: string;
  readonly time: string;
  readonly agent: string;
  readonly target: string;
  readonly statement: string;
  readonly was: Decided;
  readonly would: Decided;
}

export interface Replayed {
  readonly isComplete: boolean;
  readonly reached: { readonly time: string } | null;
  readonly asked: number;
  readonly byChange: readonly {
    readonly was: Effect;
    readonly would: Effect;
    readonly rule: string;
    readonly count: number;
  }[];
  readonly differing: number;
  readonly inDoubt: number;
  readonly unasked: number;
  readonly page: readonly Difference[];
  readonly next: number | null;
}

export interface ReplayProgress {
  readonly asked: number;
  readonly index: number;
  readonly size: number;
}

/** What custody.yaml does not name. */
export const BUILT_IN = "built-in";
