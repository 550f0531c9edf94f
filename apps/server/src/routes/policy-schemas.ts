import { z } from "zod";
import type { PolicyChecked } from "../policy/orders.ts";
import type { PolicyLoading } from "../policy/policy-in-force.ts";
import type { ReplayOutcome } from "../policy/replay-past.ts";
import type { ShownPolicy } from "../policy/shown-policy.ts";

/** A policy may be this long; the greatest that are written by hand have a tenth of it. */
const TEXT_CHARACTERS_MAX = 1024 * 1024;

/** JSON writes some characters longer than they are. */
export const BODY_BYTES_MAX: number = 4 * TEXT_CHARACTERS_MAX;

const count = z.number().int().min(0);
const index = z.number().int().min(0);
const effect = z.enum(["allow", "deny", "approve", "simulate"]);
const time = z.iso.datetime({ offset: true });
const text = z.string().max(TEXT_CHARACTERS_MAX).describe("What would stand in policy.yaml.");

const loading: z.ZodType<PolicyLoading> = z.strictObject({
  index,
  time: z.string(),
  occasion: z.enum(["start", "reload"]),
  by: z.string(),
});

export const policyShown: z.ZodType<ShownPolicy> = z.strictObject({
  origin: z.string(),
  digest: z.string(),
  text: z.string(),
  extends: z.array(z.string()),
  defaults: z.record(z.string(), z.string()),
  loaded: loading.describe("The newest record of it."),
  changed: loading.describe("The record since which there was no other."),
  isOlder: z
    .boolean()
    .describe("Whether it was in force before `changed`; that is not looked for further back."),
  rules: z.array(
    z.strictObject({
      name: z.string(),
      source: z.string(),
      effect,
      match: z.record(z.string(), z.union([z.array(z.string()), z.boolean()])),
      when: z.string().nullable(),
      message: z.string(),
      approval: z
        .strictObject({
          at: z.enum(["start", "commit"]),
          approvers: count,
          isPasskeyNeeded: z.literal(true).exactOptional(),
          waitMs: count,
          validMs: count,
        })
        .nullable(),
    }),
  ),
  environments: z.record(z.string(), z.array(index)).describe("Places in `rules`, in order."),
});

export const checkQuestion: z.ZodType<{ readonly text: string }> = z.strictObject({ text });

export const checked: z.ZodType<PolicyChecked> = z.strictObject({
  ok: z.boolean(),
  digest: z.string().nullable(),
  presets: z.array(z.string()),
  mistakes: z.array(z.strictObject({ code: z.string(), line: count, column: count, message: z.string() })),
  examples: count,
  run: count.describe("Fewer than `examples` when the time was up."),
  passed: count,
  results: z.array(
    z.strictObject({
      name: z.string(),
      passed: z.boolean(),
      expected: z.strictObject({ effect, rule: z.string().nullable() }),
      got: z.strictObject({ effect, rule: z.string() }).nullable(),
      reasons: z.array(z.string()),
    }),
  ),
});

interface ReplayAsked {
  readonly text: string;
  readonly since: string;
  readonly until?: string;
  readonly after: number;
  readonly limit: number;
}

export const replayQuestion: z.ZodType<ReplayAsked> = z.strictObject({
  text,
  since: time,
  until: time.exactOptional().describe("Not included."),
  after: z.number().int().min(-1).default(-1).describe("The `next` of the page before."),
  limit: z.number().int().min(1).max(500).default(50),
});

const said = z.strictObject({ effect, rule: z.string() });

export const replayed: z.ZodType<ReplayOutcome> = z.strictObject({
  digest: z.string(),
  isComplete: z.boolean().describe("False when the time was up: what follows `reached` was not asked about."),
  reached: z.strictObject({ index, time: z.string() }).nullable(),
  asked: count,
  byEffect: z.strictObject({ allow: count, approve: count, deny: count, simulate: count }),
  byRule: z.array(z.strictObject({ rule: z.string(), effect, count })),
  byChange: z.array(z.strictObject({ was: effect, would: effect, rule: z.string(), count })),
  differing: count,
  inDoubt: count.describe("Statements whose rows no record counts, so that a limit may have stopped them."),
  unasked: count.describe("Statements about which no rule is asked."),
  page: z
    .array(
      z.strictObject({
        index,
        action: z.string(),
        time: z.string(),
        agent: z.string(),
        target: z.string(),
        statement: z.string(),
        was: said,
        would: said,
      }),
    )
    .describe("The statements of which it says something else."),
  next: index.nullable(),
});
