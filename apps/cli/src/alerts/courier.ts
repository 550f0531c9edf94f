import { DeliveryQueue, type Waiting, type WebhookPost } from "@custody/alerts";
import { type RecordDraft, rfc3339 } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import type { WebhookStanding } from "@custody/server";
import { undeliveredRecord } from "./alert-records.ts";
import type { AlertNotice } from "./alert-register.ts";
import { COURIER_KEY_LABEL, type KeptDeliveries, readCourierFile, writeCourierFile } from "./courier-file.ts";
import { noticeAt, noticesFrom, statementOf } from "./notices.ts";
import { messageBody, type WebhookMessage } from "./webhook-message.ts";
import type { WebhookSettings } from "./webhook-settings.ts";

export interface CourierOptions {
  readonly directory: string;
  readonly reader: LedgerReader;
  /** One attempt. Rejects when the message did not arrive. */
  readonly post: (post: WebhookPost) => Promise<number>;
  /** Up to where all alerts of the ledger have been told to `tell`. */
  readonly toldUpTo: () => number;
  readonly recordOne: (draft: RecordDraft) => Promise<number>;
  /** Where people reach the page. */
  readonly origin: () => string;
  readonly nowUs: () => number;
  readonly warn: (text: string) => void;
}

interface Webhook {
  readonly settings: WebhookSettings;
  readonly queue: DeliveryQueue<WebhookMessage>;
}

/** Changes come in groups: the file is written once for all of them. */
const KEEP_DELAY_MS = 100;

/**
 * Brings alerts to webhooks, each at least once. What waits is known from the ledger's own records and a file that says how
 * far each webhook is, so after a kill the messages that may not have arrived are sent again.
 */
export class WebhookCourier {
  readonly #options: CourierOptions;
  readonly #key: Buffer;
  /** Records below were there before this run, which tells of its own. */
  readonly #boundary: number;
  readonly #webhooks = new Map<string, Webhook>();
  #size: number;
  #isResumed = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  /** Alerts of this run that came before it was known what waits from earlier ones. */
  readonly #early: AlertNotice[] = [];

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#key = options.reader.deriveKey(COURIER_KEY_LABEL);
    this.#boundary = options.reader.size;
    this.#size = this.#boundary;
  }

  /** Takes up what earlier runs left. */
  async start(settings: readonly WebhookSettings[]): Promise<void> {
    this.use(settings);
    const { directory, warn } = this.#options;
    try {
      const kept = readCourierFile(directory, this.#key, this.#boundary);
      if (kept !== undefined) await this.#resume(kept);
    } catch (error) {
      warn(`what waits for webhooks cannot be read from the ledger: ${(error as Error).message}`);
    }
    this.#isResumed = true;
    for (const notice of this.#early.splice(0)) this.tell(notice);
    this.#plan();
  }

  /** Other settings are in force. What waits for a webhook that is there no more is not sent. */
  use(settings: readonly WebhookSettings[]): void {
    for (const [name, { queue }] of this.#webhooks)
      if (!settings.some((each) => each.name === name)) {
        queue.close();
        this.#webhooks.delete(name);
      }
    for (const each of settings) {
      const found = this.#webhooks.get(each.name);
      this.#webhooks.set(each.name, { queue: found?.queue ?? this.#newQueue(each.name), settings: each });
    }
    this.#plan();
  }

  tell(notice: AlertNotice): void {
    if (!this.#isResumed) this.#early.push(notice);
    else for (const webhook of this.#webhooks.values()) this.#add(webhook, notice);
  }

  /** Sends a message that is about nothing, past all that waits. */
  async test(name: string): Promise<number> {
    const { nowUs } = this.#options;
    const timestamp = rfc3339(nowUs());
    const id = "00000000-0000-7000-8000-000000000000";
    const alert = {
      count: 1,
      firstAction: id,
      firstAt: timestamp,
      id,
      key: "",
      kind: "statement-denied",
      lastAction: id,
      lastAt: timestamp,
      level: "warning",
      project: "",
      subject: {},
    } as const;
    return this.#send(name, `test_${nowUs()}`, { alert, timestamp, type: "alert.test" });
  }

  get standing(): WebhookStanding[] {
    return [...this.#webhooks].map(([name, { queue }]) => {
      const { dead, delivered, failure = null, waiting } = queue;
      return { dead, delivered, failure, name, waiting: waiting.length };
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { queue } of this.#webhooks.values()) queue.close();
    this.#keep();
  }

  async #resume(kept: KeptDeliveries): Promise<void> {
    const { reader } = this.#options;
    const known = kept.webhooks.flatMap(({ name, waiting }) => {
      const webhook = this.#webhooks.get(name);
      return webhook === undefined ? [] : [{ waiting, webhook }];
    });
    for (const { waiting, webhook } of known)
      for (const { index, tries } of waiting) {
        const notice = await noticeAt(reader, index);
        if (notice !== undefined) this.#add(webhook, notice, tries);
      }
    for await (const notice of noticesFrom(reader, kept.size, this.#boundary))
      for (const { webhook } of known) this.#add(webhook, notice);
  }

  #add({ queue, settings }: Webhook, { alert, index, what }: AlertNotice, tries = 0): void {
    const { kinds, levels } = settings;
    if (!levels.includes(alert.level) || (kinds !== undefined && !kinds.includes(alert.kind))) return;
    const timestamp = what === "raised" ? alert.firstAt : alert.lastAt;
    const message: WebhookMessage = { alert, timestamp, type: `alert.${what}` };
    queue.add(`alert_${alert.id}_${Math.max(0, index)}`, index, message, tries);
  }

  #newQueue(name: string): DeliveryQueue<WebhookMessage> {
    return new DeliveryQueue<WebhookMessage>({
      nowMs: () => this.#options.nowUs() / 1000,
      onChange: () => this.#plan(),
      onDead: (waiting, reason) => this.#gaveUp(name, waiting, reason),
      send: async (id, message, index) => {
        await this.#send(name, id, message, index);
      },
    });
  }

  async #send(name: string, id: string, message: WebhookMessage, index = -1): Promise<number> {
    const { origin, post, reader } = this.#options;
    const settings = this.#webhooks.get(name)?.settings;
    if (settings === undefined) throw new Error("there is no such webhook any more");
    const statement = settings.includeText ? await statementOf(reader, message.alert, index) : undefined;
    const body = messageBody(message, { origin: origin(), statement });
    return post({ body, id, secret: settings.secret, url: settings.url });
  }

  #gaveUp(webhook: string, { message, tries }: Waiting<WebhookMessage>, reason: string): void {
    const { nowUs, recordOne, warn } = this.#options;
    warn(
      `the webhook ${webhook} did not get a message about ${message.alert.kind}, which is given up: ${reason}`,
    );
    recordOne(undeliveredRecord(message.alert, { reason, tries, webhook }, nowUs())).catch(() => {});
  }

  #plan(): void {
    if (this.#timer !== undefined || !this.#isResumed || this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#keep();
    }, KEEP_DELAY_MS).unref();
  }

  /** Never fails: without it, messages are sent again that had arrived. */
  #keep(): void {
    if (!this.#isResumed) return;
    const { directory, toldUpTo } = this.#options;
    this.#size = Math.max(this.#size, toldUpTo());
    const webhooks = [...this.#webhooks].map(([name, { queue }]) => ({
      name,
      waiting: queue.waiting.filter(({ index }) => index >= 0).map(({ index, tries }) => ({ index, tries })),
    }));
    try {
      writeCourierFile(directory, this.#key, { size: this.#size, webhooks });
    } catch {
      // The disk failed: the ledger tells whoever records.
    }
  }
}
