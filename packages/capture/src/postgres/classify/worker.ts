import { Worker } from "node:worker_threads";
import { CaptureError, type CaptureErrorCode } from "../../error.ts";
import type { ClassifiedStatement, ClassifyContext } from "./statement.ts";

export interface WorkerRequest {
  readonly id: number;
  readonly sql: string | Uint8Array;
  readonly context: ClassifyContext;
}

export type WorkerAnswer =
  | { readonly id: number; readonly statements: readonly ClassifiedStatement[] }
  | { readonly id: number; readonly refusal: { code: CaptureErrorCode; message: string; position?: number } };

/** A text that takes longer than this is refused; a thread that parses cannot be asked to stop, only ended. */
const answerTimeoutMs = 30_000;

/** What a statement of 16 MiB needs; beyond it the thread dies, and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 4096, stackSizeMb: 32 };

interface Waiting {
  resolve(statements: readonly ClassifiedStatement[]): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

let worker: Worker | undefined;
let nextId = 0;
const waiting = new Map<number, Waiting>();

/**
 * Classifies a text that is too long or too complex for `classify`, in a thread that is started when first needed.
 *
 * One text at a time. A text that kills the thread is refused with STATEMENT_TOO_COMPLEX, together with those that
 * waited behind it, and the next one finds a fresh thread. The caller keeps texts within its own maximum.
 */
export function classifyInWorker(
  sql: string | Buffer,
  context: ClassifyContext,
): Promise<readonly ClassifiedStatement[]> {
  worker ??= startWorker();
  const thread = worker;
  const id = nextId++;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => giveUp(thread, new Error("parsing took too long")), answerTimeoutMs);
    waiting.set(id, { resolve, reject, timer });
    thread.ref();
    thread.postMessage({ id, sql, context } satisfies WorkerRequest);
  });
}

/** Ends the thread; what still waits for it is refused. It starts again when it is needed again. */
export async function disposeClassifier(): Promise<void> {
  const thread = worker;
  if (thread === undefined) return;
  giveUp(thread, new Error("the classifier was disposed of"));
  await thread.terminate();
}

function startWorker(): Worker {
  const thread = new Worker(entryUrl(), { resourceLimits });
  thread.on("message", settle);
  thread.on("error", (error) => giveUp(thread, error));
  thread.on("exit", () => giveUp(thread, new Error("the parsing thread ended")));
  return thread;
}

/**
 * Node 20 cannot run TypeScript in a thread, so tests that run on the sources use the thread of the last build:
 * they need `tsc --build` before them.
 */
function entryUrl(): URL {
  const own = import.meta.url;
  if (!own.endsWith(".ts")) return new URL("./worker-entry.js", own);
  return new URL("../../../dist/postgres/classify/worker-entry.js", own);
}

function settle(answer: WorkerAnswer): void {
  const one = waiting.get(answer.id);
  if (one === undefined) return;
  waiting.delete(answer.id);
  clearTimeout(one.timer);
  if (waiting.size === 0) worker?.unref();
  if ("statements" in answer) {
    one.resolve(answer.statements);
    return;
  }
  const { code, message, position } = answer.refusal;
  one.reject(new CaptureError(code, message, position === undefined ? {} : { position }));
}

function giveUp(thread: Worker, cause: Error): void {
  if (worker !== thread) return;
  worker = undefined;
  void thread.terminate();
  for (const [id, { reject, timer }] of waiting) {
    waiting.delete(id);
    clearTimeout(timer);
    reject(new CaptureError("STATEMENT_TOO_COMPLEX", `could not be parsed: ${cause.message}`, { cause }));
  }
}
