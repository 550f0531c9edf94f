import { Worker } from "node:worker_threads";
import { CaptureError } from "../../error.ts";
import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { ConversationReader, ExchangeHead } from "./conversation-reader.ts";
import type { AnswerHead } from "./exchange-reading.ts";
import type { FromThread, ToThread } from "./thread-messages.ts";

/** What prompts of 64 MiB need to be read, several at a time; beyond it the thread dies, and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 2048 };

/** Nothing takes so long but a text that was made for it. */
const ANSWER_MS_MAX = 60_000;

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

type Question = Extract<ToThread, { readonly id: number }>;
type Asked = Question extends infer One ? (One extends Question ? Omit<One, "id"> : never) : never;

/**
 * Reads conversations in a thread of its own, so that no prompt, however long, makes a statement wait.
 *
 * When the thread dies, whoever waits is refused, and with them each exchange that was open in it; the next one finds a fresh
 * thread, which remembers nothing, and stores again what is said again.
 */
export class ReadingThread implements ConversationReader {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 0;
  #isClosed = false;

  open(exchange: number, head: ExchangeHead): void {
    this.#tell({ exchange, head, kind: "open" });
  }

  request(exchange: number, body: Buffer, codings: string): Promise<RequestFacts> {
    const own = new Uint8Array(body);
    return this.#ask({ body: own, codings, exchange, kind: "request" }, own);
  }

  content(exchange: number): Promise<RequestContent> {
    return this.#ask({ exchange, kind: "content" });
  }

  begin(exchange: number, head: AnswerHead): void {
    this.#tell({ exchange, head, kind: "begin" });
  }

  piece(exchange: number, bytes: Buffer): void {
    const own = new Uint8Array(bytes);
    this.#tell({ bytes: own, exchange, kind: "piece" }, own);
  }

  answer(exchange: number): Promise<AnswerContent> {
    return this.#ask({ exchange, kind: "answer" });
  }

  close(exchange: number): void {
    this.#tell({ exchange, kind: "close" });
  }

  /** Ends the thread; what still waits for it is refused. */
  async dispose(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#giveUp(worker, new Error("Custody is shutting down"));
    await worker.terminate();
  }

  /** `moved` is the thread's from now on: a Buffer may share its memory with others, all of which would be copied. */
  #ask<Answer>(asked: Asked, moved?: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const id = this.#nextId++;
    return new Promise<Answer>((resolve, reject) => {
      const worker = this.#started();
      const timer = setTimeout(() => this.#giveUp(worker, new Error("reading took too long")), ANSWER_MS_MAX);
      this.#waiting.set(id, {
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer);
        },
      });
      worker.postMessage({ ...asked, id }, moved === undefined ? [] : [moved.buffer]);
    });
  }

  #tell(message: ToThread, moved?: Uint8Array<ArrayBuffer>): void {
    this.#started().postMessage(message, moved === undefined ? [] : [moved.buffer]);
  }

  #started(): Worker {
    if (this.#isClosed) throw new CaptureError("READER_LOST", "conversations are not read any more");
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(entryUrl(), { execArgv: [], resourceLimits });
    worker.unref();
    worker.on("message", (answer: FromThread) => this.#settle(answer));
    worker.on("error", (error) => this.#giveUp(worker, error));
    worker.on("exit", () => this.#giveUp(worker, new Error("the reading thread ended")));
    this.#worker = worker;
    return worker;
  }

  #settle(answer: FromThread): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("answer" in answer) waiting?.resolve(answer.answer as never);
    else waiting?.reject(new CaptureError("READER_LOST", answer.failure));
  }

  #giveUp(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting)
      reject(
        new CaptureError("READER_LOST", `the conversation could not be read: ${cause.message}`, { cause }),
      );
  }
}

/**
 * Node 20 cannot run TypeScript in a thread, so tests that run on the sources use the thread of the last build: they need
 * `tsc --build` before them.
 */
function entryUrl(): URL {
  const own = import.meta.url;
  if (!own.endsWith(".ts")) return new URL("./reading-entry.js", own);
  return new URL("../../../dist/llm/reading/reading-entry.js", own);
}
