import { z } from "zod";
import { oneOrMore } from "./match-schema.ts";

/** Whose spending counts together. Of a session, also that of all sessions that it has begun. */
type BudgetScope = "session" | "human" | "project" | "model" | "all";

/** In UTC. `total` never begins again. */
export type BudgetPeriod = "hour" | "day" | "month" | "total";

/** Millionths of a US dollar, or tokens of input and output together. */
type BudgetLimit = { readonly costMicros: number } | { readonly tokens: number };

/** A limit on what models may take. */
export interface Budget {
  readonly name: string;
  readonly per: BudgetScope;
  /** Whose requests it is about; `*` stands for any text. All that are given must match. */
  readonly match?: BudgetMatch | undefined;
  readonly period: BudgetPeriod;
  readonly limit: BudgetLimit;
  /** The share of the limit from which people are warned. */
  readonly warnAt: number;
  /** What becomes of a request that would go beyond it. */
  readonly beyond: "stop" | "hold" | "warn";
  /** What becomes of a request to a model without a price, where the limit is one of money. */
  readonly unpriced: "stop" | "allow";
}

interface BudgetMatch {
  readonly project?: readonly string[] | undefined;
  readonly agent?: readonly string[] | undefined;
  /** A human's id, or name. */
  readonly human?: readonly string[] | undefined;
  readonly model?: readonly string[] | undefined;
}

/** Each is asked at every request. */
const BUDGETS_MAX = 100;

const MONEY = /^(\d{1,9})(?:\.(\d{1,6}))? USD$/;

const money = z.string('money is written as "5.00 USD"').transform((text, context): number => {
  const [, whole, fraction = ""] = MONEY.exec(text) ?? [];
  const micros = Number(whole) * 1_000_000 + Number(fraction.padEnd(6, "0"));
  if (micros > 0) return micros;
  context.addIssue({ code: "custom", message: 'money is written as "5.00 USD", and is more than nothing' });
  return z.NEVER;
});

const TOKENS_MAX = 1e15;

const limit = z
  .strictObject({ cost: money.optional(), tokens: z.number().int().min(1).max(TOKENS_MAX).optional() })
  .transform(({ cost, tokens }, context): BudgetLimit => {
    if (cost !== undefined && tokens === undefined) return { costMicros: cost };
    if (tokens !== undefined && cost === undefined) return { tokens };
    const message = 'write either { cost: "5.00 USD" } or { tokens: 1000000 }';
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const pattern = oneOrMore(z.string().min(1).max(300)).optional();

const budget = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "a name is lower-case letters, digits, hyphens and underscores"),
    per: z.enum(["session", "human", "project", "model", "all"]),
    match: z.strictObject({ project: pattern, agent: pattern, human: pattern, model: pattern }).optional(),
    period: z.enum(["hour", "day", "month", "total"]).default("total"),
    limit,
    warnAt: z.number().gt(0).max(1).default(0.8),
    // biome-ignore lint/suspicious/noThenProperty: what people write is no promise, and is called otherwise from here on.
    then: z.enum(["stop", "hold", "warn"]),
    unpriced: z.enum(["stop", "allow"]).default("allow"),
  })
  .transform(({ then: beyond, ...rest }): Budget => ({ ...rest, beyond }));

export const budgetsSchema: z.ZodType<readonly Budget[]> = z
  .array(budget)
  .max(BUDGETS_MAX)
  .superRefine((list, context) => {
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", message, path });
    for (const [at, { limit, name, unpriced }] of list.entries()) {
      if (list.findIndex((each) => each.name === name) !== at)
        report([at, "name"], "another budget has this name");
      if (unpriced === "stop" && "tokens" in limit)
        report([at, "unpriced"], "a limit of tokens needs no price");
    }
  });
