import { Worker } from "node:worker_threads";
import { CaptureError } from "../../error.ts";
import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { AnswerHead, ConversationReader, ExchangeHead, Reading } from "./conversation-reader.ts";
import { Later } from "./later.ts";
import type { Closed, FromThread, ToThread } from "./thread-messages.ts";

/** What prompts of 64 MiB need to be read, several at a time; beyond it the thread dies, and not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 2048 };

/** Nothing takes so long but a text that was made for it. */
const READING_MS_MAX = 60_000;

const PATIENCE_CHECK_MS = 5_000;

/** What has ended is told with the next message; when none comes for so long, by itself, since the thread keeps it until then. */
const CLOSE_DELAY_MS = 100;

interface Waiting {
  readonly answer: Later<AnswerContent>;
  readonly content: Later<RequestContent>;
  readonly facts: Later<RequestFacts>;
}

/**
 * Reads conversations in a thread of its own, so that no prompt, however long, makes a statement wait.
 *
 * When the thread dies, whoever waits is refused, and with them each exchange that was open in it; the next one finds a fresh
 * thread, which remembers nothing, and stores again what is said again.
 */
export class ReadingThread implements ConversationReader {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 0;
  #isClosed = false;
  #closed: Closed[] = [];
  #closing: NodeJS.Timeout | undefined;
  /** What is waited for, and when the thread was last heard of while anything was. */
  #asked = 0;
  #heardMs = 0;
  #watch: NodeJS.Timeout | undefined;

  read(head: ExchangeHead, body: Buffer, codings: string): Reading {
    const exchange = this.#next++;
    const waiting: Waiting = { answer: new Later(), content: new Later(), facts: new Later() };
    this.#waiting.set(exchange, waiting);
    const own = ownBytes(body);
    this.#tell({ body: own, closed: this.#takeClosed(), codings, exchange, head, kind: "read" }, own);
    this.#await(waiting.content.promise);
    return {
      answer: (how: AnswerHead, bytes: Buffer) => {
        const answer = ownBytes(bytes);
        this.#tell(
          { bytes: answer, closed: this.#takeClosed(), exchange, head: how, kind: "answer" },
          answer,
        );
        this.#await(waiting.answer.promise);
        return waiting.answer.promise;
      },
      close: (isLost) => {
        this.#waiting.delete(exchange);
        this.#close({ exchange, isLost });
      },
      content: waiting.content.promise,
      facts: waiting.facts.promise,
    };
  }

  /** Ends the thread; what still waits for it is refused. */
  async dispose(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#closing);
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#giveUp(worker, new Error("Custody is shutting down"));
    await worker.terminate();
  }

  /** What is sent is the thread's from then on: its memory is moved, and not copied. */
  #tell(message: ToThread, moved: Uint8Array<ArrayBuffer>): void {
    this.#started().postMessage(message, [moved.buffer]);
  }

  #close(closed: Closed): void {
    if (this.#isClosed) return;
    this.#closed.push(closed);
    this.#closing ??= setTimeout(() => {
      this.#closing = undefined;
      if (this.#closed.length > 0) this.#worker?.postMessage({ closed: this.#takeClosed(), kind: "close" });
    }, CLOSE_DELAY_MS).unref();
  }

  #takeClosed(): readonly Closed[] {
    const closed = this.#closed;
    this.#closed = [];
    return closed;
  }

  /** It reads one after the other: who waits behind a long one is not late. Only a thread that gets on with nothing is. */
  #await(promise: Promise<unknown>): void {
    if (this.#asked === 0) this.#heardMs = performance.now();
    this.#asked += 1;
    this.#watch ??= setInterval(() => this.#look(), PATIENCE_CHECK_MS).unref();
    const done = () => {
      this.#asked -= 1;
    };
    promise.then(done, done);
  }

  #look(): void {
    if (this.#asked === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    } else if (this.#worker !== undefined && performance.now() - this.#heardMs > READING_MS_MAX)
      this.#giveUp(this.#worker, new Error("reading took too long"));
  }

  #started(): Worker {
    if (this.#isClosed) throw new CaptureError("READER_LOST", "conversations are not read any more");
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(entryUrl(), { execArgv: [], resourceLimits });
    worker.unref();
    worker.on("message", (message: FromThread) => this.#heard(message));
    worker.on("error", (error) => this.#giveUp(worker, error));
    worker.on("exit", () => this.#giveUp(worker, new Error("the reading thread ended")));
    this.#worker = worker;
    return worker;
  }

  #heard(message: FromThread): void {
    this.#heardMs = performance.now();
    const waiting = this.#waiting.get(message.exchange);
    if (waiting === undefined) return;
    if (message.kind === "failed") refuse(waiting, new CaptureError("READER_LOST", message.reason));
    else if (message.kind === "read") {
      waiting.facts.resolve(message.facts);
      waiting.content.resolve(message.content);
    } else if (message.kind === "facts") waiting.facts.resolve(message.value);
    else if (message.kind === "content") waiting.content.resolve(message.value);
    else waiting.answer.resolve(message.value);
  }

  #giveUp(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
    const error = new CaptureError("READER_LOST", `the conversation could not be read: ${cause.message}`, {
      cause,
    });
    for (const waiting of this.#waiting.values()) refuse(waiting, error);
    this.#waiting.clear();
  }
}

function refuse({ answer, content, facts }: Waiting, error: Error): void {
  facts.reject(error);
  content.reject(error);
  answer.reject(error);
}

/** A Buffer may share its memory with others, which would be moved too. */
function ownBytes(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
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
