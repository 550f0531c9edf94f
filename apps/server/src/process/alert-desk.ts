import type { Alert, AlertKind, AlertLevel } from "@custody/alerts";

/** What narrows a list of alerts. All that are given must match. */
export interface AlertQuery {
  /** At least this level. */
  readonly level?: AlertLevel;
  readonly kind?: AlertKind;
  /** Whether nobody has seen it yet. */
  readonly open?: boolean;
  /** The id of the last alert of the page before. */
  readonly before?: string;
  readonly limit: number;
}

/** One page of alerts, the newest first. */
export interface AlertPage {
  readonly alerts: readonly Alert[];
  /** Give it as `before` for the next page; null on the last one. */
  readonly next: string | null;
  /** Of all alerts: how many nobody has seen. */
  readonly open: number;
}

/** How a webhook stands. */
export interface WebhookStanding {
  readonly name: string;
  /** Messages that are on their way, or are tried again. */
  readonly waiting: number;
  /** Of this run. */
  readonly delivered: number;
  /** Messages that were given up; of this run. */
  readonly dead: number;
  /** Why the newest attempt failed; null when it did not. */
  readonly failure: string | null;
}

/** What became of a test message. */
export interface WebhookTested {
  readonly webhook: string;
  readonly ok: boolean;
  /** What came back. */
  readonly status: number | null;
  readonly error: string | null;
  readonly milliseconds: number;
}

/** What a list of alerts is known by without reading it. */
export interface AlertsMark {
  /** Another one each time that a list would look different. */
  readonly version: number;
  readonly open: number;
}

/** What the data path knows and does about alerts. */
export interface AlertDesk {
  /** Looked at many times a second. */
  readonly mark: AlertsMark;
  readonly webhooks: readonly WebhookStanding[];
  page(query: AlertQuery): Promise<AlertPage>;
  /** @throws HttpProblem not-found, ledger-unavailable */
  acknowledge(id: string): Promise<Alert>;
  /** Sends a test message to one webhook, or to all. @throws HttpProblem not-found */
  test(webhook?: string): Promise<readonly WebhookTested[]>;
}
