import type { Decision, Environment, Target } from "@custody/domain";
import { z } from "zod";
import { engineSchema, environmentSchema } from "./match-schema.ts";

/** One of `tests:`: a statement, who sends it where, and what shall come of it. */
export interface RuleTest {
  readonly name: string;
  readonly given: {
    readonly statement: string;
    readonly environment: Environment;
    readonly engine: Target["kind"];
    readonly target: string;
    readonly database: string;
    readonly user?: string | undefined;
    readonly agent?: string | undefined;
    readonly human?: string | undefined;
    readonly project: string;
    /** The rows that it changes, by table: `users`, or `schema.users`. */
    readonly rows: Readonly<Record<string, number>>;
    /** What the session has done within the last second before. */
    readonly earlier?:
      | { readonly rows: Readonly<Record<string, number>>; readonly statements: number }
      | undefined;
  };
  readonly expect: { readonly effect: Decision["effect"]; readonly rule?: string | undefined };
}

const name = z.string().min(1).max(300);
const rows = z.record(name, z.number().int().min(0).max(Number.MAX_SAFE_INTEGER));

export const effectSchema: z.ZodType<Decision["effect"]> = z.enum(["allow", "deny", "approve", "simulate"]);

export const testSchema: z.ZodType<RuleTest> = z.strictObject({
  name,
  given: z.strictObject({
    statement: z.string().min(1).max(65_536),
    environment: environmentSchema.default("production"),
    engine: engineSchema.default("postgres"),
    target: name.default("shop"),
    database: name.default("shop"),
    user: name.optional(),
    agent: name.optional(),
    human: name.optional(),
    project: name.default("default"),
    rows: rows.default({}),
    earlier: z
      .strictObject({ rows: rows.default({}), statements: z.number().int().min(0).max(10_000).default(0) })
      .optional(),
  }),
  expect: z.strictObject({ effect: effectSchema, rule: name.optional() }),
});
