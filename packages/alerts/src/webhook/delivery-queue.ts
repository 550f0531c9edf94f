/** A message that was not delivered yet. `index` is that of its record in the ledger; -1 where it has none. */
export interface Waiting<Message> {
  readonly id: string;
  readonly index: number;
  readonly message: Message;
  readonly tries: number;
  readonly nextMs: number;
}

export interface DeliveryOptions<Message> {
  /** One attempt. Rejects when the message did not arrive. */
  readonly send: (id: string, message: Message, index: number) => Promise<void>;
  readonly nowMs: () => number;
  /** A message is given up: after all attempts, or because too many wait. */
  readonly onDead: (waiting: Waiting<Message>, reason: string) => void;
  /** What waits has changed. */
  readonly onChange: () => void;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The pause after each failed attempt; after the last one the message is given up, some 21 hours later. */
export const RETRY_PAUSES_MS: readonly number[] = [
  SECOND,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  5 * HOUR,
  12 * HOUR,
];

/** So many messages may wait for one receiver; then the oldest is given up. */
export const WAITING_MAX = 1000;

/**
 * What waits for one receiver. Messages are sent one at a time, the oldest first of those whose time has come. Each has
 * its own pauses, so a message that a receiver does not take holds no other one up; and when one arrives, the receiver
 * is there, so all others are tried at once.
 */
export class DeliveryQueue<Message> {
  readonly #options: DeliveryOptions<Message>;
  readonly #waiting = new Map<string, Waiting<Message>>();
  #timer: NodeJS.Timeout | undefined;
  #isSending = false;
  #isClosed = false;
  delivered = 0;
  dead = 0;
  /** Why the newest attempt failed; undefined when it did not. */
  failure: string | undefined;

  constructor(options: DeliveryOptions<Message>) {
    this.#options = options;
  }

  get waiting(): readonly Waiting<Message>[] {
    return [...this.#waiting.values()];
  }

  add(id: string, index: number, message: Message, tries = 0): void {
    if (this.#isClosed || this.#waiting.has(id)) return;
    const [oldest] = this.#waiting.values();
    if (oldest !== undefined && this.#waiting.size >= WAITING_MAX)
      this.#giveUp(oldest, `more than ${WAITING_MAX} messages wait`);
    this.#waiting.set(id, { id, index, message, nextMs: this.#options.nowMs(), tries });
    this.#options.onChange();
    this.#plan();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const next = this.#next();
    if (next === undefined || this.#isSending || this.#isClosed) return;
    const leftMs = Math.max(0, next.nextMs - this.#options.nowMs());
    this.#timer = setTimeout(() => void this.#attempt(next), leftMs).unref();
  }

  #next(): Waiting<Message> | undefined {
    let next: Waiting<Message> | undefined;
    for (const each of this.#waiting.values())
      if (next === undefined || each.nextMs < next.nextMs) next = each;
    return next;
  }

  async #attempt(waiting: Waiting<Message>): Promise<void> {
    this.#isSending = true;
    try {
      await this.#options.send(waiting.id, waiting.message, waiting.index);
      this.#arrived(waiting);
    } catch (error) {
      this.#failed(waiting, (error as Error).message);
    } finally {
      this.#isSending = false;
      if (!this.#isClosed) this.#options.onChange();
      this.#plan();
    }
  }

  #arrived({ id }: Waiting<Message>): void {
    this.#waiting.delete(id);
    this.delivered += 1;
    this.failure = undefined;
    const nowMs = this.#options.nowMs();
    for (const [other, each] of this.#waiting) this.#waiting.set(other, { ...each, nextMs: nowMs });
  }

  #failed(waiting: Waiting<Message>, reason: string): void {
    this.failure = reason;
    // It may have been given up meanwhile, to make room.
    if (!this.#waiting.has(waiting.id)) return;
    const pauseMs = RETRY_PAUSES_MS[waiting.tries];
    if (pauseMs === undefined) return this.#giveUp(waiting, reason);
    const nextMs = this.#options.nowMs() + pauseMs;
    this.#waiting.set(waiting.id, { ...waiting, nextMs, tries: waiting.tries + 1 });
  }

  #giveUp(waiting: Waiting<Message>, reason: string): void {
    this.#waiting.delete(waiting.id);
    this.dead += 1;
    this.#options.onDead(waiting, reason);
  }
}
