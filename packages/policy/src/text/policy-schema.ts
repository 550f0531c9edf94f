import type { ApprovalTerms, Decision, Environment } from "@custody/domain";
import { z } from "zod";
import { approvalSchema } from "./approval-schema.ts";
import { type Budget, budgetsSchema } from "./budget-schema.ts";
import { type Match, matchSchema, oneOrMore } from "./match-schema.ts";
import { effectSchema, type RuleTest, testSchema } from "./test-schema.ts";

/** A rule as it is written. */
export interface RuleText {
  readonly name: string;
  readonly match: Match;
  /** An expression in CEL that must hold besides. */
  readonly when?: string | undefined;
  readonly effect: Decision["effect"];
  readonly approval?: ApprovalTerms | undefined;
  readonly message?: string | undefined;
}

/** Where a preset can stand behind the rules; disposable targets pass freely. */
export type GuardedEnvironment = Exclude<Environment, "disposable">;

/** A whole policy as it is written. */
export interface PolicyText {
  readonly version: 1;
  readonly extends: readonly string[];
  readonly default?: string | Readonly<Partial<Record<GuardedEnvironment, string | undefined>>> | undefined;
  readonly rules: readonly RuleText[];
  readonly budgets: readonly Budget[];
  readonly tests: readonly RuleTest[];
}

/** Longer ones say several things, which are better said by several rules. */
const EXPRESSION_CHARACTERS_MAX = 2000;
/** Whatever is asked for each statement is asked of all of them. */
const RULES_MAX = 1000;
const TESTS_MAX = 10_000;

const ruleSchema: z.ZodType<RuleText> = z
  .strictObject({
    name: z.string().min(1).max(100),
    match: matchSchema.default({}),
    when: z.string().min(1).max(EXPRESSION_CHARACTERS_MAX).optional(),
    effect: effectSchema,
    approval: approvalSchema.optional(),
    message: z.string().min(1).max(1000).optional(),
  })
  .refine(({ approval, effect }) => approval === undefined || effect === "approve", {
    message: "only a rule with effect: approve says how it is approved",
    path: ["approval"],
  });

const preset = z.string().min(1).max(100);

/** Strict throughout: a key that means nothing is an error, and never silently a rule that matches more. */
export const policySchema: z.ZodType<PolicyText> = z.strictObject({
  version: z.literal(1),
  extends: oneOrMore(preset).default([]),
  default: z
    .union([
      preset,
      z.strictObject({
        production: preset.optional(),
        staging: preset.optional(),
        development: preset.optional(),
      }),
    ])
    .optional(),
  rules: z.array(ruleSchema).max(RULES_MAX).default([]),
  budgets: budgetsSchema.default([]),
  tests: z.array(testSchema).max(TESTS_MAX).default([]),
});
