import { Worker } from "node:worker_threads";
import { HttpProblem } from "../http/http-problem.ts";
import type { OrderName, PolicyOrders } from "./orders.ts";

/** What a text of the greatest length needs several times over; beyond it the thread dies, and not the server. */
const resourceLimits = { maxOldGenerationSizeMb: 512, stackSizeMb: 8 };

/** How long one order may take. What takes time on purpose ends by itself before. */
const ORDER_MS_MAX = 20_000;

/**
 * A thread for one text that somebody sent. Nothing in it can be trusted to end, so nobody waits for it longer than
 * ORDER_MS_MAX, nor when whoever asked has gone away.
 */
export class PolicyThread {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;
  #fail: (error: unknown) => void = () => {};
  #settle: (answer: unknown) => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#worker = new Worker(entryUrl(), { execArgv: [], resourceLimits });
    this.#worker.on("message", (answer: unknown) => this.#settle(answer));
    this.#worker.on("error", (error: Error & { code?: string }) => {
      const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY" || error instanceof RangeError;
      this.#fail(isMemory ? tooCostly("memory") : error);
    });
    this.#worker.on("exit", () => this.#fail(tooCostly("memory")));
  }

  /** One after the other. @throws HttpProblem policy-too-costly; the reason of the signal */
  async ask<Name extends OrderName>(
    name: Name,
    order: PolicyOrders[Name]["order"],
  ): Promise<PolicyOrders[Name]["answer"]> {
    this.#signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => this.#fail(this.#signal.reason);
    try {
      return await new Promise<PolicyOrders[Name]["answer"]>((resolve, reject) => {
        this.#settle = resolve as (answer: unknown) => void;
        this.#fail = reject;
        timer = setTimeout(() => reject(tooCostly("time")), ORDER_MS_MAX);
        this.#signal.addEventListener("abort", onAbort, { once: true });
        this.#worker.postMessage({ name, order });
      });
    } finally {
      clearTimeout(timer);
      this.#signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends it in the middle of whatever it does. */
  async end(): Promise<void> {
    this.#fail = () => {};
    await this.#worker.terminate();
  }
}

function tooCostly(what: "memory" | "time"): HttpProblem {
  return new HttpProblem(
    "policy-too-costly",
    `the policy takes too much ${what}: make it shorter or simpler`,
  );
}

/** Node 20 cannot run TypeScript in a thread, so tests that run on the sources use the thread of the last build. */
function entryUrl(): URL {
  const own = import.meta.url;
  if (!own.endsWith(".ts")) return new URL("./thread-entry.js", import.meta.url);
  return new URL("../../dist/policy/thread-entry.js", own);
}
