import { Worker } from "node:worker_threads";
import { AlertError, type WebhookPost } from "@custody/alerts";

export interface PosterRequest {
  readonly id: number;
  readonly post: WebhookPost;
}

export type PosterAnswer =
  | { readonly id: number; readonly status: number }
  | { readonly id: number; readonly failure: string };

interface Pending {
  resolve(status: number): void;
  reject(error: Error): void;
}

/** A thread that takes more is ended, and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 128 };

/** Sends messages from a thread of its own. A thread that dies takes the attempts with it that it was at, and is replaced. */
export class Poster {
  readonly #pending = new Map<number, Pending>();
  #thread: Worker | undefined;
  #nextId = 0;

  /** Makes the first message as quick as the others. */
  prepare(): void {
    this.#thread ??= this.#begin();
  }

  /** Resolves to the status of a 2xx. @throws AlertError WEBHOOK_FAILED */
  post(post: WebhookPost): Promise<number> {
    this.prepare();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { reject, resolve });
      this.#thread?.postMessage({ id, post } satisfies PosterRequest);
    });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#ended(thread, "Custody stops");
    await thread?.terminate();
  }

  #begin(): Worker {
    const thread = new Worker(entryUrl(), { resourceLimits });
    thread.unref();
    thread.on("message", (answer: PosterAnswer) => this.#settle(answer));
    thread.on("error", (error) => this.#ended(thread, error.message));
    thread.on("exit", () => this.#ended(thread, "the thread ended"));
    return thread;
  }

  #settle(answer: PosterAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if ("status" in answer) pending?.resolve(answer.status);
    else pending?.reject(new AlertError("WEBHOOK_FAILED", answer.failure));
  }

  #ended(thread: Worker | undefined, why: string): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    for (const { reject } of this.#pending.values()) reject(new AlertError("WEBHOOK_FAILED", why));
    this.#pending.clear();
  }
}

/** Node 20 cannot run TypeScript in a thread, so what runs on the sources uses the thread of the last build. */
function entryUrl(): URL {
  const own = import.meta.url;
  if (!own.endsWith(".ts")) return new URL("./poster-thread.js", import.meta.url);
  return new URL("../../dist/alerts/poster-thread.js", own);
}
