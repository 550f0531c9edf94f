import type { Alert } from "@custody/alerts";
import { escapeText } from "@custody/messages";
import type { AlertPage, WebhookTested } from "@custody/server";
import { describeAlert, describeTested } from "../alerts/describe-alerts.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

export interface AlertListOptions {
  readonly level?: string;
  readonly kind?: string;
  readonly open?: boolean;
  readonly before?: string;
  readonly limit?: string;
}

/** The alerts of the running Custody, the newest first. */
export async function listAlerts(context: CommandContext, options: AlertListOptions): Promise<number> {
  const { isJson, output } = context;
  const { before, kind, level, limit = "50", open } = options;
  const query = new URLSearchParams({ limit });
  const given = { before, kind, level, open: open === true ? "true" : undefined };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
  const page = (await client(context).request("GET", `/api/alerts?${query}`)) as AlertPage;
  for (const alert of page.alerts)
    if (isJson) output.json(alert);
    else for (const line of describeAlert(alert)) output.line(escapeText(line));
  if (page.alerts.length === 0 && !isJson) output.line("no alert");
  if (page.next !== null) output.hint(`custody: there are more; go on with --before ${page.next}`);
  return 0;
}

/** Says that an alert was seen. */
export async function acknowledgeAlert(context: CommandContext, id: string): Promise<number> {
  if (!/^[0-9a-f-]{36}$/i.test(id))
    throw new CliError("USAGE", "an alert is named by its id", "custody alerts prints it");
  const path = `/api/alerts/${id.toLowerCase()}/acknowledge`;
  const alert = (await client(context).request("POST", path, {})) as Alert;
  if (context.isJson) context.output.json(alert);
  else for (const line of describeAlert(alert)) context.output.line(escapeText(line));
  return 0;
}

/** Sends a test message, and says what came back. A message that did not arrive is a "no". */
export async function testAlerts(context: CommandContext, webhook: string | undefined): Promise<number> {
  const { isJson, output } = context;
  const body = webhook === undefined ? {} : { webhook };
  const answer = await client(context).request("POST", "/api/alerts/test", body);
  const { tested } = answer as { readonly tested: readonly WebhookTested[] };
  for (const each of tested)
    if (isJson) output.json(each);
    else output.line(escapeText(describeTested(each)));
  if (tested.length === 0) output.hint("custody: no webhook is configured; see docs/alerts.md");
  return tested.every(({ ok }) => ok) ? 0 : 1;
}

function client(context: CommandContext): ControlClient {
  return ControlClient.find(context.environment, context);
}
