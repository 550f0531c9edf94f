import { BorrowedServer, type BorrowedServerParts, talk } from "./borrowed-server.ts";
import type { Dialogue } from "./dialogue.ts";

/**
 * Lends the server's side of the connection, while nothing of the client's is on its way. `patienceMs`: a server that does
 * not answer in time is asked to stop what it does; without it, what runs is the client's own, which has its own limits.
 */
export type Borrow = <T>(use: (dialogue: Dialogue) => Promise<T>, patienceMs?: number) => Promise<T>;

export interface ServerLoanParts extends BorrowedServerParts {
  /** Asks the server to stop what it does. */
  readonly stop: () => void;
  readonly isOver: () => boolean;
  /** Reads bytes as if the server had sent them now. */
  readonly replay: (bytes: Buffer) => void;
}

/** Who has the server's side of a connection: the client, or Custody itself for a while. */
export class ServerLoan {
  readonly #parts: ServerLoanParts;
  #borrowed: BorrowedServer | undefined;
  #isQuestion = false;

  constructor(parts: ServerLoanParts) {
    this.#parts = parts;
  }

  get isOut(): boolean {
    return this.#borrowed !== undefined;
  }

  /** What runs is a question of Custody's own, and nothing that the client has asked for. */
  get isQuestion(): boolean {
    return this.isOut && this.#isQuestion;
  }

  /** Returns false when the client has the server. */
  received(chunk: Buffer): boolean {
    this.#borrowed?.received(chunk);
    return this.isOut;
  }

  /** No answer will come any more. */
  gone(): void {
    this.#borrowed?.gone();
  }

  readonly borrow: Borrow = async (use, patienceMs) => {
    const borrowed = new BorrowedServer(this.#parts);
    this.#borrowed = borrowed;
    this.#isQuestion = patienceMs !== undefined;
    if (this.#parts.isOver()) borrowed.gone();
    try {
      return await talk(borrowed, use, this.#parts.stop, patienceMs);
    } finally {
      this.#borrowed = undefined;
      this.#parts.passOn(borrowed.notifications);
      // Else the server and Custody would read the next statement in two ways.
      const statuses = borrowed.takeStatuses();
      if (statuses.length > 0) this.#parts.replay(Buffer.concat(statuses));
    }
  };
}
