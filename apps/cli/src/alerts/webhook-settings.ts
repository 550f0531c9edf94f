import { AlertError, parseSecret } from "@custody/alerts";
import type { WebhookConfig } from "../config/alerts-schema.ts";
import type { Config } from "../config/read-config.ts";
import { readSecret } from "../config/secret.ts";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";

/** A webhook with its secret, which is in no record, log or answer. */
export interface WebhookSettings extends Omit<WebhookConfig, "secret"> {
  readonly secret: string;
}

const ADVICE = 'make one with: echo "whsec_$(openssl rand -base64 32)"; see docs/alerts.md';

/** The webhooks of the configuration, with variables and files read. @throws CliError CONFIG_INVALID */
export function webhookSettings(
  { alerts, folder }: Pick<Config, "alerts" | "folder">,
  { variables }: Pick<Environment, "variables">,
): WebhookSettings[] {
  return alerts.webhooks.map(({ secret, ...rest }, at) => {
    const place = `alerts.webhooks[${at}].secret`;
    const text = readSecret(secret, { advice: ADVICE, folder, key: place, variables });
    try {
      parseSecret(text);
    } catch (cause) {
      if (!(cause instanceof AlertError)) throw cause;
      throw new CliError("CONFIG_INVALID", `${place}: ${cause.message}`, ADVICE, { cause });
    }
    return { ...rest, secret: text };
  });
}
