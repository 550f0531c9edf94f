import type { IdentityRecord } from "@custody/identity";
import { HttpProblem } from "../http/http-problem.ts";
import type { FromServer, Questions, ToServer } from "./messages.ts";

/** Whoever asked over HTTP waits no longer than this either. */
const TIMEOUT_MS = 10_000;

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: HttpProblem): void;
  readonly timer: NodeJS.Timeout;
}

/** The server's way to ask the data path. */
export class DataPathLink {
  readonly #send: (message: FromServer) => void;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #onIdentity: (record: IdentityRecord) => void = () => {};

  constructor(send: (message: FromServer) => void) {
    this.#send = send;
  }

  /** @throws HttpProblem what the data path said, or `data-path-silent` */
  ask<Name extends keyof Questions>(
    name: Name,
    body: Questions[Name]["body"],
  ): Promise<Questions[Name]["answer"]> {
    const id = this.#nextId++;
    return new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new HttpProblem("data-path-silent", "the data path does not answer; try again"));
      }, TIMEOUT_MS);
      this.#waiting.set(id, { reject, resolve, timer });
      this.#send({ body, id, kind: "question", name });
    }) as Promise<Questions[Name]["answer"]>;
  }

  /** Whoever listens hears of each change before the answer to whoever asked for it. */
  onIdentity(listener: (record: IdentityRecord) => void): void {
    this.#onIdentity = listener;
  }

  receive(message: Extract<ToServer, { kind: "answer" | "refusal" | "identity" }>): void {
    if (message.kind === "identity") return this.#onIdentity(message.record);
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.kind === "answer") waiting.resolve(message.answer);
    else waiting.reject(new HttpProblem(message.code, message.message));
  }
}
