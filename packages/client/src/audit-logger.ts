import { randomBytes, randomUUID } from "node:crypto";
import type { Level } from "@custody/domain";
import { Redactor } from "@custody/secrets";
import { ClientError } from "./error.ts";
import { EventOutlet } from "./event-outlet.ts";
import { encodeEvent } from "./events/encode-event.ts";
import type { Context, Details, EventLinks, EventOptions } from "./events/event.ts";
import { ModelRequest, type ModelRequestOptions } from "./model-request.ts";

export interface AuditLoggerOptions extends Context {
  /** Where Custody is, for example `http://127.0.0.1:7070`. */
  readonly url: string;
  /** A token that was made with `custody tokens create --for sdk`. */
  readonly token: string;
  /** A folder of its own, which several processes may share. Without it, what waits is in memory only. */
  readonly spool?: string;
  /** Events below it are not reported; default: `debug`, all. */
  readonly level?: Level;
  /** Of the program, as records show it. */
  readonly name?: string;
  readonly version?: string;
  /** Values that must not be reported, by names that stand in their place. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** How much may wait, in characters; default: 256 Mi in a spool, 8 Mi in memory. */
  readonly waitingMax?: number;
  /** Told why events wait; default: a warning of the process, once for each reason. */
  readonly onError?: (error: ClientError) => void;
}

/** Resolves once the event is safe; has the action by which other events can be linked to it. */
export type Reported = Promise<void> & { readonly action: string };

const LEVELS: readonly Level[] = ["debug", "info", "warning", "error", "critical"];
const SPOOL_MAX = 256 * 1024 * 1024;
const MEMORY_MAX = 8 * 1024 * 1024;

interface Parts {
  readonly outlet: EventOutlet;
  readonly redactor: Redactor;
  readonly level: Level;
}

/**
 * Reports what a program does.
 *
 * Each call returns a promise that resolves once the event is safe: with a spool, on the disk; without one, at the server. It
 * rejects with a `ClientError` when no record can be made of it, or as much waits as may. Whoever does not wait for it need not
 * catch it: nothing of it ends the program. Await each promise, or `ready()` now and then, to report no faster than is taken.
 */
export class AuditLogger {
  readonly #parts: Parts;
  readonly #context: Context;
  readonly #details: Details;

  constructor(parts: Parts, context: Context, details: Details = {}) {
    this.#parts = parts;
    this.#context = context;
    this.#details = details;
  }

  debug(type: string, details?: Details): Reported {
    return this.event(type, { ...(details && { details }), level: "debug" });
  }

  info(type: string, details?: Details): Reported {
    return this.event(type, { ...(details && { details }), level: "info" });
  }

  warning(type: string, details?: Details): Reported {
    return this.event(type, { ...(details && { details }), level: "warning" });
  }

  error(type: string, details?: Details): Reported {
    return this.event(type, { ...(details && { details }), level: "error" });
  }

  critical(type: string, details?: Details): Reported {
    return this.event(type, { ...(details && { details }), level: "critical" });
  }

  /** Any event; `type` is `app.` and the program's own words, or one of those that the other methods write. */
  event(type: string, options: EventOptions = {}): Reported {
    const action = options.action ?? randomUUID();
    return Object.assign(this.#report(type, { ...options, action }), { action });
  }

  /** What a person said, in their own words. */
  prompt(text: string, options: Pick<EventOptions, "details" | "links"> = {}): Reported {
    return this.event("prompt.submitted", { ...options, text });
  }

  /** A model asks for a tool. `id` is the provider's, and the same as that of the result. */
  toolCall(call: {
    readonly id: string;
    readonly name: string;
    readonly input?: unknown;
    readonly links?: EventLinks;
    readonly details?: Details;
  }): Reported {
    const { details, id, input, links, name } = call;
    return this.event("tool.call.requested", {
      action: `tool ${id}`,
      details: { ...details, name },
      links: { ...links, tool: id },
      ...(input === undefined ? undefined : { text: typeof input === "string" ? input : jsonOf(input) }),
    });
  }

  /** What came of it; of a long result the first 4,096 characters are reported. */
  toolResult(result: {
    readonly id: string;
    readonly name: string;
    readonly result?: unknown;
    readonly isError?: boolean;
    readonly links?: EventLinks;
    readonly details?: Details;
  }): Reported {
    const { details, id, isError = false, links, name } = result;
    const text = typeof result.result === "string" ? result.result : jsonOf(result.result ?? "");
    return this.event(isError ? "tool.call.failed" : "tool.call.completed", {
      action: `tool ${id}`,
      details: { ...details, isError, name, result: this.#parts.redactor.redact(text).slice(0, 4096) },
      level: isError ? "warning" : "info",
      links: { ...links, tool: id },
    });
  }

  /** A request to a model begins; say how it ended by what this returns. */
  modelRequest(options: ModelRequestOptions): ModelRequest {
    return new ModelRequest(options, (type, event) => this.event(type, event));
  }

  /** The same logger with more said beside each event. */
  child({ details, ...context }: Context & { readonly details?: Details }): AuditLogger {
    return new AuditLogger(this.#parts, { ...this.#context, ...context }, { ...this.#details, ...details });
  }

  /** Resolves when there is room for more. */
  ready(): Promise<void> {
    const { outlet } = this.#parts;
    return outlet.until(() => outlet.hasRoom);
  }

  /** Resolves once the server has everything that was reported so far, and what other processes have left in the spool. */
  flush(): Promise<void> {
    const { outlet } = this.#parts;
    outlet.hurry();
    return outlet.until(() => outlet.isEmpty);
  }

  /** Sends what waits, for so long at most, and ends. What is left in a spool, the next process sends. */
  async close({ timeoutMs = 5000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.flush(), enough]);
    clearTimeout(timer);
    await this.#parts.outlet.close();
  }

  #report(type: string, options: EventOptions): Promise<void> {
    const { level, outlet, redactor } = this.#parts;
    const own = options.level ?? "info";
    if (LEVELS.indexOf(own) < LEVELS.indexOf(level)) return Promise.resolve();
    const details = { ...this.#details, ...options.details };
    const whole = Object.keys(details).length === 0 ? options : { ...options, details };
    const safe = tried(() => {
      const json = encodeEvent(type, whole, { context: this.#context, nowMs: Date.now(), redactor });
      return outlet.append(json);
    });
    // Whoever does not wait for it must not be ended by it.
    safe.catch(() => {});
    return safe;
  }
}

export function createAuditLogger(options: AuditLoggerOptions): AuditLogger {
  const { agent, human, level = "debug", project, secrets = {}, session, spool, token } = options;
  const url = urlOf(options.url);
  const known = Object.entries({ ...secrets, CUSTODY_TOKEN: token }).map(([name, value]) => ({
    name,
    value,
  }));
  const outlet = new EventOutlet({
    name: options.name ?? "custody-client",
    onError: options.onError ?? warnOnce(),
    spool,
    token,
    url,
    version: options.version ?? "0",
    waitingBytesMax: options.waitingMax ?? (spool === undefined ? MEMORY_MAX : SPOOL_MAX),
  });
  const context = {
    ...(agent && { agent }),
    ...(human && { human }),
    ...(project && { project }),
    ...(session && { session }),
  };
  return new AuditLogger({ level, outlet, redactor: new Redactor({ key: randomBytes(32), known }) }, context);
}

function urlOf(text: string): string {
  try {
    return new URL("/api/log", text).href;
  } catch (cause) {
    throw new ClientError(
      "EVENT_INVALID",
      `${JSON.stringify(text)} is no address of Custody; write http://127.0.0.1:7070`,
      {
        cause,
      },
    );
  }
}

function jsonOf(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, each) => (typeof each === "bigint" ? String(each) : each)) ?? String(value)
    );
  } catch {
    return "[not JSON]";
  }
}

async function tried(act: () => Promise<void>): Promise<void> {
  return act();
}

function warnOnce(): (error: ClientError) => void {
  const told = new Set<string>();
  return ({ code, message }) => {
    if (told.has(code)) return;
    told.add(code);
    process.emitWarning(`events wait for Custody: ${message}`, { code: `CUSTODY_${code}` });
  };
}
