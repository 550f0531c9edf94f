import type { Alert } from "@custody/alerts";
import { alertText, alertTitle } from "@custody/messages";
import type { StatusAnswer, WebhookTested } from "@custody/server";

/** One alert in three lines: what, how often and when, and what happened. */
export function describeAlert({
  acknowledged,
  count,
  firstAction,
  firstAt,
  id,
  kind,
  lastAction,
  lastAt,
  level,
  subject,
}: Alert): string[] {
  const often = count === 1 ? firstAt : `${count} times, ${firstAt} to ${lastAt}`;
  const seen = acknowledged === undefined ? "" : `, seen by ${acknowledged.by} ${acknowledged.at}`;
  const actions = firstAction === lastAction ? firstAction : `${firstAction} to ${lastAction}`;
  return [
    `${level.padEnd(8)}  ${alertTitle(kind)} (${kind})  ${id}${seen}`,
    `          ${often}: ${actions}`,
    `          ${alertText(kind, { ...subject })}`,
  ];
}

/** What `custody status` says of alerts. */
export function alertLines({ open, webhooks }: StatusAnswer["alerts"]): string[] {
  return [
    `alerts    ${open === 0 ? "none is open" : `${open} OPEN: custody alerts`}`,
    ...webhooks.map(({ dead, delivered, failure, name, waiting }) => {
      const lost = dead === 0 ? "" : `, ${dead} GIVEN UP`;
      const failing = failure === null ? "" : `; FAILING: ${failure}`;
      return `          webhook ${name}: ${delivered} delivered, ${waiting} waiting${lost}${failing}`;
    }),
  ];
}

export function describeTested({ error, milliseconds, ok, status, webhook }: WebhookTested): string {
  const what = ok ? `HTTP ${status}` : `NOT DELIVERED: ${error}`;
  return `${webhook.padEnd(16)}  ${what}, after ${milliseconds} ms`;
}
