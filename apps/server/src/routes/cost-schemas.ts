import type { CostPage, CostSum, SessionPage, SessionSummary, Thread } from "@custody/domain";
import { z } from "zod";

const count = z.number().int().min(0);

const sum = {
  requests: count,
  unpriced: count.describe("How many of them have no price: what they cost is not in `costMicros`."),
  reported: count.describe("How many of them were reported, and not seen in the data path."),
  input: count,
  cacheRead: count,
  cacheWrite: count,
  output: count,
  reasoning: count,
  costMicros: count.describe("Millionths of a US dollar."),
};
const costSum: z.ZodType<CostSum> = z.strictObject(sum);

export const costPage: z.ZodType<CostPage> = z.strictObject({
  lines: z.array(z.strictObject({ key: z.string(), ...sum })),
  total: costSum,
  next: z.string().nullable(),
});

const text = z.string().exactOptional();

export const sessionBody: z.ZodType<SessionSummary> = z.strictObject({
  id: z.string(),
  parent: text,
  agent: text,
  person: text,
  project: z.string(),
  state: z.enum(["running", "ended", "unknown", "expired"]),
  startedAt: z.string(),
  endedAt: text,
  reason: text,
  expiresAt: text,
  lastAt: z.string(),
  exitCode: z.number().exactOptional(),
  signal: text,
  command: text,
  directory: text,
  host: text,
  repository: text,
  branch: text,
  commit: text,
  counts: z.strictObject({
    statements: count,
    writes: count,
    denied: count,
    prompts: count,
    requests: count,
    toolCalls: count,
  }),
  cost: costSum,
});

export const sessionPage: z.ZodType<SessionPage> = z.strictObject({
  sessions: z.array(sessionBody),
  next: count.nullable(),
});

/** A tree of any depth has a document of its own: docs/api.md. */
export const threadBody: z.ZodType<Thread> = z
  .custom<Thread>((value) => typeof value === "object" && value !== null)
  .meta({ type: "object" });
