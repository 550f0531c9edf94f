import { ClientError } from "../error.ts";
import type { EventQueue, Waiting } from "./event-queue.ts";

interface Held extends Waiting {
  readonly onDone: () => void;
}

/** Keeps events in memory until the server has them. What waits when the process ends is lost. */
export class MemoryQueue implements EventQueue {
  readonly instance: string;
  readonly isEnded = false;
  base = 0;
  #held: Held[] = [];
  #length = 0;
  #next = 0;
  readonly #lengthMax: number;

  constructor(instance: string, lengthMax: number) {
    this.instance = instance;
    this.#lengthMax = lengthMax;
  }

  get hasRoom(): boolean {
    return this.#length < this.#lengthMax;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** Resolves once the server has it. @throws ClientError QUEUE_FULL */
  append(json: string): Promise<void> {
    if (this.#length + json.length > this.#lengthMax && this.#held.length > 0)
      throw new ClientError(
        "QUEUE_FULL",
        "too many events wait; await logger.ready(), or give the logger a spool",
      );
    this.#length += json.length;
    return new Promise((onDone) => {
      this.#held.push({ json, onDone, sequence: this.#next });
      this.#next += 1;
    });
  }

  peek(lengthMax: number): readonly Waiting[] {
    let length = 0;
    const end = this.#held.findIndex(({ json }, at) => {
      length += json.length;
      return at > 0 && length > lengthMax;
    });
    return end === -1 ? [...this.#held] : this.#held.slice(0, end);
  }

  acknowledge(sequence: number): void {
    const end = this.#held.findIndex((each) => each.sequence > sequence);
    for (const { json, onDone } of this.#held.splice(0, end === -1 ? this.#held.length : end)) {
      this.#length -= json.length;
      onDone();
    }
  }

  rewind(sequence: number): boolean {
    return this.#held[0]?.sequence === sequence;
  }

  restart(sequence: number): void {
    this.base = sequence;
  }
}
