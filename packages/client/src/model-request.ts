import { randomUUID } from "node:crypto";
import type { Reported } from "./audit-logger.ts";
import type { Details, EventLinks, EventOptions, EventUsage } from "./events/event.ts";

export interface ModelRequestOptions {
  readonly provider: string;
  readonly model: string;
  /** The endpoint in short: `messages`, `chat.completions`, … */
  readonly verb?: string;
  readonly links?: EventLinks;
  readonly details?: Details;
}

type Report = (type: string, event: EventOptions) => Reported;

/** A request to a model, from its beginning to its end. */
export class ModelRequest {
  /** Events that follow from the answer are linked to it: `links: { request: request.action }`. */
  readonly action: string = randomUUID();
  /** Resolves once its beginning is safe. */
  readonly begun: Reported;
  readonly #options: ModelRequestOptions;
  readonly #report: Report;

  constructor(options: ModelRequestOptions, report: Report) {
    this.#options = options;
    this.#report = report;
    this.begun = this.#tell("requested", {});
  }

  completed(
    answer: { readonly text?: string; readonly usage?: EventUsage; readonly details?: Details } = {},
  ): Reported {
    return this.#tell("completed", answer);
  }

  failed(error: unknown): Reported {
    return this.#tell("failed", {
      details: { error: error instanceof Error ? error.message : error },
      level: "warning",
    });
  }

  cancelled(): Reported {
    return this.#tell("cancelled", {});
  }

  #tell(step: string, event: EventOptions): Reported {
    const { details, links, model, provider, verb } = this.#options;
    return this.#report(`model.request.${step}`, {
      ...event,
      action: this.action,
      details: { ...details, ...event.details },
      ...(links && { links }),
      model: { name: model, provider, ...(verb && { verb }) },
    });
  }
}
