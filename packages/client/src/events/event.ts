import type { Level } from "@custody/domain";

/** What stands beside each event of a logger. */
export interface Context {
  readonly project?: string;
  /** A session that Custody opened, by its id, or any name for one run of the program. */
  readonly session?: string;
  readonly agent?: {
    readonly name: string;
    readonly instance?: string;
    readonly model?: string;
    readonly version?: string;
  };
  /** For whom it is done. Custody records it as what the program says. */
  readonly human?: string;
}

/** Whatever a program says about an event: what is not a text, a number or a yes is written down as JSON. */
export type Details = Readonly<Record<string, unknown>>;

export interface EventLinks {
  /** The action of the prompt that led to it. */
  readonly prompt?: string;
  /** The action of the request to a model that led to it. */
  readonly request?: string;
  /** The provider's identifier of a call of a tool. */
  readonly tool?: string;
  /** https://www.w3.org/TR/trace-context/ */
  readonly traceparent?: string;
  readonly commit?: string;
}

/** What a model's answer took, in tokens, by the provider's own numbers. */
export interface EventUsage {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

export interface EventOptions {
  readonly level?: Level;
  readonly details?: Details;
  readonly text?: string;
  /** Events of one act have the same. */
  readonly action?: string;
  readonly links?: EventLinks;
  readonly model?: { readonly provider: string; readonly name: string; readonly verb?: string };
  readonly usage?: EventUsage;
}
