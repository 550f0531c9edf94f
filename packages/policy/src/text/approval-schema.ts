import { type ApprovalTerms, DEFAULT_APPROVAL } from "@custody/domain";
import { z } from "zod";
import { durationMs } from "./duration.ts";

const DAY_MS = 86_400_000;

/** A client waits on an open connection, and a yes is about what somebody has just looked at: a day is long for both. */
const time: z.ZodType<number, string> = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== undefined && ms <= DAY_MS) return ms;
  context.addIssue({ code: "custom", message: `"${text}" is no time from 1s to 24h: write 30s, 10m or 1h` });
  return z.NEVER;
});

/** `approval:` of a rule, as the terms that stand in its decisions. What is not written has a default. */
export const approvalSchema: z.ZodType<ApprovalTerms> = z
  .strictObject({
    approvers: z.number().int().min(1).max(9).default(DEFAULT_APPROVAL.approvers),
    passkey: z.boolean().default(false),
    at: z.enum(["start", "commit"]).default(DEFAULT_APPROVAL.at),
    wait: time.default(DEFAULT_APPROVAL.waitMs),
    valid: time.default(DEFAULT_APPROVAL.validMs),
  })
  .transform(({ approvers, at, passkey, valid, wait }) => ({
    at,
    approvers,
    ...(passkey ? { isPasskeyNeeded: true as const } : undefined),
    waitMs: wait,
    validMs: valid,
  }));
