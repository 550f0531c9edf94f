import { z } from "zod";
import { OWN_CLASSES, type RetentionRules } from "../retention/retention-rules.ts";
import { parseDuration } from "./duration.ts";

const DAY_MS = 86_400_000;

const period = z.string().transform((text, context): number => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: "custom", message: "a period is written as 183d" });
  return z.NEVER;
});

const keep = z
  .union([z.literal("forever"), period], "a period is written as 183d, or forever")
  .transform((value) => (value === "forever" ? undefined : value));

const LEVELS = ["debug", "info", "warning", "error", "critical"] as const;

/** Types end up in records as they are written here, so a typing error would keep nothing. */
const type = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, "a type is written as db.statement, without an asterisk");

const retentionClass = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "a name is lower-case letters, digits, hyphens and underscores")
      .refine((name) => !OWN_CLASSES.includes(name), `${OWN_CLASSES.join(", ")} are Custody's own classes`),
    project: z.string().min(1).optional(),
    types: z.array(type).min(1).optional(),
    levels: z.array(z.enum(LEVELS)).min(1).optional(),
    keep,
  })
  .transform(({ keep: keepMs, ...rest }) => ({ ...rest, keepMs }));

/** The part `retention` of custody.yaml. */
export const retentionSchema: z.ZodType<RetentionRules> = z
  .strictObject({
    keep: keep.prefault("forever"),
    minimum: period.optional(),
    classes: z.array(retentionClass).default([]),
  })
  .transform(({ keep: keepMs, minimum = 0, classes }) => ({ classes, keepMs, minimumMs: minimum }))
  .superRefine(({ classes, keepMs, minimumMs }, context) => {
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", message, path });
    const floor = `the minimum is ${minimumMs / DAY_MS}d, and this is shorter`;
    if (keepMs !== undefined && keepMs < minimumMs) report(["keep"], floor);
    classes.forEach(({ keepMs: own, name }, at) => {
      if (own !== undefined && own < minimumMs) report(["classes", at, "keep"], floor);
      if (classes.findIndex((each) => each.name === name) !== at)
        report(["classes", at, "name"], "another class has this name");
    });
  });
