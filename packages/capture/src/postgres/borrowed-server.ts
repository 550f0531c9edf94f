import { Dialogue } from "./dialogue.ts";
import type { DialogueStream } from "./dialogue-stream.ts";

/**
 * The server's side of an agent's connection while Custody talks to it itself: nothing of the client's is on its way, and
 * none of the answers goes on to it. Only what the server tells whoever listens is kept for it.
 */
export class BorrowedServer implements DialogueStream {
  readonly #send: (bytes: Buffer) => void;
  readonly #chunks: Buffer[] = [];
  #isGone = false;
  #wake: (() => void) | undefined;
  /** NotificationResponse, whole. */
  readonly notifications: Buffer[] = [];

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  write(bytes: Buffer): void {
    this.#send(bytes);
  }

  async read(): Promise<Buffer | undefined> {
    while (this.#chunks.length === 0 && !this.#isGone) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#chunks.shift();
  }

  notified(raw: Buffer): void {
    this.notifications.push(raw);
  }

  received(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** No answer will come any more. */
  gone(): void {
    this.#isGone = true;
    this.#wake?.();
  }
}

/** A conversation to its end, or to `onLate`, which makes the server stop what it does. */
export async function talk<T>(
  borrowed: BorrowedServer,
  use: (dialogue: Dialogue) => Promise<T>,
  onLate: () => void,
  patienceMs?: number,
): Promise<T> {
  const late = patienceMs === undefined ? undefined : setTimeout(onLate, patienceMs);
  try {
    return await use(new Dialogue(borrowed));
  } finally {
    clearTimeout(late);
  }
}
