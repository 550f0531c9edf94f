import type { Alert } from "@custody/alerts";
import { alertText, alertTitle, escapeText } from "@custody/messages";

/** What a receiver is sent of an alert, besides its headers. */
export interface WebhookMessage {
  readonly type: "alert.raised" | "alert.updated" | "alert.test";
  /** When the alert was raised or brought up to date, RFC 3339. */
  readonly timestamp: string;
  readonly alert: Alert;
}

export interface MessageOptions {
  /** Where people reach the page. */
  readonly origin: string;
  /** Of the last action, where the webhook is to have it. */
  readonly statement?: string | undefined;
}

/** A message is to be small; whoever needs the whole statement follows the link. */
const STATEMENT_CHARACTERS_MAX = 2000;

/**
 * The body of a message. What agents and strangers said is escaped, so that it does nothing on whatever screen it comes to;
 * it is cut to a length that a chat or a pager can show.
 */
export function messageBody({ alert, timestamp, type }: WebhookMessage, options: MessageOptions): string {
  const { origin, statement } = options;
  const { acknowledged: _, firstAction, key: __, kind, lastAction, project, subject, ...rest } = alert;
  const shownKind = type === "alert.test" ? "test" : kind;
  const escaped = Object.entries({ project, ...subject }).map(([name, value]) => [name, escapeText(value)]);
  return JSON.stringify({
    type,
    timestamp,
    data: {
      ...rest,
      kind: shownKind,
      title: alertTitle(shownKind),
      text: alertText(shownKind, { ...subject }),
      ...Object.fromEntries(escaped),
      ...(statement === undefined ? undefined : { statement: cut(statement) }),
      firstAction: { id: firstAction, url: `${origin}/records/${firstAction}` },
      lastAction: { id: lastAction, url: `${origin}/records/${lastAction}` },
      url: `${origin}/alerts`,
    },
  });
}

function cut(statement: string): string {
  const shown = escapeText(statement.slice(0, STATEMENT_CHARACTERS_MAX));
  return statement.length > STATEMENT_CHARACTERS_MAX ? `${shown}…` : shown;
}
