import { setTimeout as sleep } from "node:timers/promises";
import { ClientError } from "../error.ts";
import type { EventQueue, Waiting } from "./event-queue.ts";
import { type Answer, type PostOptions, postEvents } from "./post-events.ts";

/** What one request carries: the server takes 4 MiB. */
const BATCH_LENGTH_MAX = 1024 * 1024;
/** What comes one after the other shares a request. */
const LINGER_MS = 20;
const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 30_000;

export interface SenderOptions extends Pick<PostOptions, "token" | "url"> {
  readonly name: string;
  readonly version: string;
  /** Told of what keeps events from the server; they are sent again all the same. */
  readonly onError: (error: ClientError) => void;
  /** Told whenever the server has taken some, and when a source has come to its end. */
  readonly onTaken: () => void;
}

/** Brings what waits in queues to the server, one request at a time, in each queue's order, until it is there. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #queues: EventQueue[] = [];
  /** Of events that the server takes in no form, what is said in their place, so that the numbers go on. */
  readonly #replaced = new Map<string, string>();
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #isWoken = false;
  #pauseMs = PAUSE_MS_MIN;
  #pause: AbortController | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  add(queue: EventQueue): void {
    this.#queues.push(queue);
    this.wake();
  }

  /** How many sources still have, or could have, something to send. */
  get queueCount(): number {
    return this.#queues.length;
  }

  has(instance: string): boolean {
    return this.#queues.some((queue) => queue.instance === instance);
  }

  /** There is something to send. */
  wake(): void {
    this.#isWoken = true;
    if (this.#closing.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isWoken && !this.#closing.signal.aborted) this.wake();
    });
  }

  /** A failed request is not waited out: somebody wants to know now. */
  hurry(): void {
    this.#pause?.abort();
    this.wake();
  }

  /** Ends once the request that is on its way is answered. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#pause?.abort();
    await this.#running?.catch(() => {});
  }

  async #run(): Promise<void> {
    await sleep(LINGER_MS);
    while (!this.#closing.signal.aborted) {
      this.#isWoken = false;
      const next = this.#next();
      if (next === undefined) {
        if (this.#isWoken) continue;
        return;
      }
      await this.#send(next.queue, next.batch);
    }
  }

  #next(): { readonly queue: EventQueue; readonly batch: readonly Waiting[] } | undefined {
    for (const queue of [...this.#queues]) {
      const batch = this.#peek(queue);
      if (batch.length > 0) return { batch, queue };
      if (!queue.isEnded) continue;
      this.#queues.splice(this.#queues.indexOf(queue), 1);
      this.#options.onTaken();
    }
    return undefined;
  }

  #peek(queue: EventQueue): readonly Waiting[] {
    try {
      return queue.peek(BATCH_LENGTH_MAX);
    } catch (cause) {
      const text = `the spool cannot be read: ${(cause as Error).message}`;
      this.#options.onError(new ClientError("SPOOL_FAILED", text, { cause }));
      return [];
    }
  }

  async #send(queue: EventQueue, batch: readonly Waiting[]): Promise<void> {
    const { name, onTaken, token, url, version } = this.#options;
    const { base } = queue;
    const instance = base === 0 ? queue.instance : `${queue.instance}.${base}`;
    const events = batch.map((each) => {
      const json = this.#replaced.get(`${queue.instance} ${each.sequence}`);
      return json === undefined ? each : { json, sequence: each.sequence };
    });
    const answer = await postEvents(events, { base, source: { instance, name, version }, token, url });
    const taken = takenOf(answer, batch);
    if (taken !== undefined) {
      for (const { sequence } of batch) this.#replaced.delete(`${queue.instance} ${sequence}`);
      queue.acknowledge(taken);
      this.#pauseMs = PAUSE_MS_MIN;
      onTaken();
    }
    await this.#follow(answer, queue, batch);
  }

  async #follow(answer: Answer, queue: EventQueue, batch: readonly Waiting[]): Promise<void> {
    switch (answer.kind) {
      case "taken":
        return;
      case "missing": {
        const event = batch[answer.at] as Waiting;
        if (queue.rewind(answer.expected + queue.base)) return;
        this.#tell(
          "SERVER_REFUSED",
          `the server has lost what was reported before; it goes on as a new source`,
        );
        // What is not kept any more cannot come again.
        return queue.restart(event.sequence);
      }
      case "wrong": {
        const event = batch[answer.at] as Waiting;
        this.#tell("SERVER_REFUSED", answer.reason);
        const key = `${queue.instance} ${event.sequence}`;
        // Said already: then the server takes nothing of ours, and waiting is all that is left.
        if (this.#replaced.has(key)) return this.#wait(undefined);
        this.#replaced.set(key, replacement(event, answer.reason));
        return;
      }
      case "refused":
        this.#tell("SERVER_REFUSED", answer.reason);
        return this.#wait(answer.retryAfterMs);
      case "unreachable":
        this.#tell("NOT_REACHED", `${this.#options.url} does not answer: ${answer.reason}`);
        return this.#wait(undefined);
    }
  }

  #tell(code: "NOT_REACHED" | "SERVER_REFUSED", text: string): void {
    this.#options.onError(new ClientError(code, text));
  }

  async #wait(atLeastMs: number | undefined): Promise<void> {
    const jitter = 0.5 + Math.random() / 2;
    const pauseMs = Math.max(this.#pauseMs * jitter, atLeastMs ?? 0);
    this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MS_MAX);
    if (this.#closing.signal.aborted) return;
    this.#pause = new AbortController();
    await sleep(pauseMs, undefined, { ref: false, signal: this.#pause.signal }).catch(() => {});
    this.#pause = undefined;
  }
}

/** The last number that the server has now; undefined where nothing was taken. */
function takenOf(answer: Answer, batch: readonly Waiting[]): number | undefined {
  if (answer.kind === "taken") return batch.at(-1)?.sequence;
  return answer.kind === "missing" ? batch[answer.at - 1]?.sequence : undefined;
}

/** An event whose words the server does not take leaves a trace, and its number. */
function replacement({ json }: Waiting, reason: string): string {
  const { project, type } = JSON.parse(json) as { project?: string; type?: string };
  return JSON.stringify({
    details: { reason, type: String(type).slice(0, 200) },
    level: "error",
    ...(project === undefined ? undefined : { project }),
    type: "app.custody.event-refused",
  });
}
