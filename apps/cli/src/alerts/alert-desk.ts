import type { Alert } from "@custody/alerts";
import {
  type AlertDesk,
  type AlertPage,
  type AlertQuery,
  type AlertsMark,
  HttpProblem,
  type WebhookStanding,
  type WebhookTested,
} from "@custody/server";
import type { AlertRegister } from "./alert-register.ts";
import type { WebhookCourier } from "./courier.ts";

/** What the server's process may ask about alerts. */
export class LocalAlertDesk implements AlertDesk {
  readonly #register: AlertRegister;
  readonly #courier: WebhookCourier;
  #version = 0;

  constructor(register: AlertRegister, courier: WebhookCourier) {
    this.#register = register;
    this.#courier = courier;
    register.onChange(() => {
      this.#version += 1;
    });
  }

  get mark(): AlertsMark {
    return { open: this.#register.openCount, version: this.#version };
  }

  get webhooks(): readonly WebhookStanding[] {
    return this.#courier.standing;
  }

  page({ open, ...query }: AlertQuery): Promise<AlertPage> {
    return this.#register.page({ ...query, isOpen: open });
  }

  async acknowledge(id: string): Promise<Alert> {
    let alert: Alert | undefined;
    try {
      alert = await this.#register.acknowledge(id);
    } catch (error) {
      throw new HttpProblem("ledger-unavailable", `the ledger cannot write: ${(error as Error).message}`);
    }
    if (alert === undefined) throw new HttpProblem("not-found", "no alert has this id");
    return alert;
  }

  async test(webhook?: string): Promise<readonly WebhookTested[]> {
    const names = this.#courier.standing.map(({ name }) => name);
    if (webhook !== undefined && !names.includes(webhook))
      throw new HttpProblem(
        "not-found",
        `there is no webhook ${JSON.stringify(webhook)} in the configuration`,
      );
    return Promise.all((webhook === undefined ? names : [webhook]).map((name) => this.#test(name)));
  }

  async #test(webhook: string): Promise<WebhookTested> {
    const startedMs = performance.now();
    const milliseconds = () => Math.round(performance.now() - startedMs);
    try {
      const status = await this.#courier.test(webhook);
      return { error: null, milliseconds: milliseconds(), ok: true, status, webhook };
    } catch (error) {
      const { message } = error as Error;
      const status = Number(/HTTP (\d{3})/.exec(message)?.[1] ?? 0) || null;
      return { error: message, milliseconds: milliseconds(), ok: false, status, webhook };
    }
  }
}
