import type { Environment, OperationKind, Tier, Via } from "@custody/domain";
import { z } from "zod";

/** What a rule is about. All given conditions must hold; each may name several values, of which one must. */
interface Match {
  readonly target?: readonly string[] | undefined;
  readonly environment?: readonly Environment[] | undefined;
  /** `*` stands for any text; case does not matter. */
  readonly verb?: readonly string[] | undefined;
  readonly kind?: readonly OperationKind[] | undefined;
  readonly tier?: readonly Tier[] | undefined;
  /** `name` or `schema.name`; see object-pattern.ts for what a name without a schema means. */
  readonly object?: readonly string[] | undefined;
  readonly function?: readonly string[] | undefined;
  readonly unbounded?: boolean | undefined;
  /** `statement` for what the statement says itself. */
  readonly via?: readonly (Via | "statement")[] | undefined;
}

/** A rule as it is written. */
export interface RuleText {
  readonly name: string;
  readonly match: Match;
  readonly effect: "allow" | "deny";
  readonly message?: string | undefined;
}

function oneOrMore<Item extends z.ZodType>(item: Item): z.ZodType<z.output<Item>[]> {
  const list = z.union([item, z.array(item).min(1)]);
  return list.transform((value) => (Array.isArray(value) ? value : [value]) as z.output<Item>[]);
}

const pattern = z.string().min(1).max(300);
const objectPattern = pattern.refine((text) => text.split(".").length <= 2, {
  message: "write a name, or schema.name",
});

const kinds = [
  "read",
  "insert",
  "update",
  "delete",
  "merge",
  "define",
  "grant",
  "call",
  "transaction",
  "copy",
  "admin",
  "unknown",
] as const;

const matchSchema: z.ZodType<Match> = z.strictObject({
  target: oneOrMore(pattern).optional(),
  environment: oneOrMore(z.enum(["production", "staging", "development", "disposable"])).optional(),
  verb: oneOrMore(pattern).optional(),
  kind: oneOrMore(z.enum(kinds)).optional(),
  tier: oneOrMore(z.enum(["read", "write", "destructive", "admin"])).optional(),
  object: oneOrMore(objectPattern).optional(),
  function: oneOrMore(objectPattern).optional(),
  unbounded: z.boolean().optional(),
  via: oneOrMore(
    z.enum(["cascade", "function", "partition", "rule", "statement", "trigger", "view"]),
  ).optional(),
});

const ruleSchema: z.ZodType<RuleText> = z.strictObject({
  name: z.string().min(1).max(100),
  match: matchSchema.default({}),
  effect: z.enum(["allow", "deny"]),
  message: z.string().min(1).max(1000).optional(),
});

/** Strict throughout: a key that means nothing is an error, and never silently a rule that matches more. */
export const policySchema: z.ZodType<{ version: 1; rules: RuleText[] }> = z.strictObject({
  version: z.literal(1),
  rules: z.array(ruleSchema).default([]),
});
