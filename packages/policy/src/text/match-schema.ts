import type { Environment, OperationKind, Target, Tier, Via } from "@custody/domain";
import { z } from "zod";

/** What a rule is about. All given conditions must hold; each may name several values, of which one must. */
export interface Match {
  readonly target?: readonly string[] | undefined;
  readonly environment?: readonly Environment[] | undefined;
  readonly engine?: readonly Target["kind"][] | undefined;
  readonly agent?: readonly string[] | undefined;
  /** A human's id, or name. */
  readonly human?: readonly string[] | undefined;
  readonly project?: readonly string[] | undefined;
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

/** One value, or a list of them. */
export function oneOrMore<Item extends z.ZodType>(item: Item): z.ZodType<z.output<Item>[]> {
  const list = z.union([item, z.array(item).min(1).max(1000)]);
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

export const environmentSchema: z.ZodType<Environment> = z.enum([
  "production",
  "staging",
  "development",
  "disposable",
]);
export const engineSchema: z.ZodType<Target["kind"]> = z.enum(["postgres", "mysql", "mongodb", "model"]);

export const matchSchema: z.ZodType<Match> = z.strictObject({
  target: oneOrMore(pattern).optional(),
  environment: oneOrMore(environmentSchema).optional(),
  engine: oneOrMore(engineSchema).optional(),
  agent: oneOrMore(pattern).optional(),
  human: oneOrMore(pattern).optional(),
  project: oneOrMore(pattern).optional(),
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
