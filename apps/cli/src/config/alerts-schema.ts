import { ALERT_KINDS, ALERT_LEVELS, type AlertKind, type AlertLevel } from "@custody/alerts";
import { isLoopbackHost } from "@custody/gateway/upstream-url";
import { z } from "zod";
import { type SecretConfig, secretSchema } from "./secret.ts";

/** Who is told of alerts. */
export interface AlertsConfig {
  readonly webhooks: readonly WebhookConfig[];
}

export interface WebhookConfig {
  readonly name: string;
  readonly url: string;
  readonly secret: SecretConfig;
  readonly levels: readonly AlertLevel[];
  /** All, unless given. */
  readonly kinds?: readonly AlertKind[] | undefined;
  /** Whether messages have the text of statements in them. */
  readonly includeText: boolean;
}

const url = z.string().superRefine((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    parsed?.protocol === "https:" || (parsed?.protocol === "http:" && isLoopbackHost(parsed.hostname));
  if (isSafe && !parsed.username && !parsed.password) return;
  const message =
    "written as https://hooks.example/path, without a user or password; http:// only for loopback";
  context.addIssue({ code: "custom", message });
});

const webhook: z.ZodType<WebhookConfig> = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,62}$/,
      "a name is up to 63 lower-case letters, digits, hyphens and underscores",
    ),
  url,
  secret: secretSchema,
  levels: z
    .array(z.enum(ALERT_LEVELS))
    .min(1)
    .default([...ALERT_LEVELS]),
  kinds: z.array(z.enum(ALERT_KINDS)).min(1).optional(),
  includeText: z.boolean().default(false),
});

/** Each is known by its name, which is in records too. */
const webhooks = z.array(webhook).superRefine((list, context) => {
  const names = list.map(({ name }) => name);
  for (const [at, name] of names.entries())
    if (names.indexOf(name) !== at)
      context.addIssue({ code: "custom", message: "another webhook has this name", path: [at, "name"] });
});

/** To be spread into the shape of the whole file. */
export const alertsShape: { alerts: z.ZodPrefault<z.ZodType<AlertsConfig>> } = {
  alerts: (z.strictObject({ webhooks: webhooks.default([]) }) as z.ZodType<AlertsConfig>).prefault({
    webhooks: [],
  }),
};
