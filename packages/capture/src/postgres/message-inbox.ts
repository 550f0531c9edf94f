import { FrameScanner, type FrameTable, type FrameVisitor } from "@custody/wire/postgres";
import type { Inbox } from "./inbox.ts";

/** One message: its type letter, its body, and its received bytes. */
export interface Received {
  readonly letter: string;
  readonly body: Buffer;
  readonly raw: Buffer;
}

/** Reads whole messages, one at a time, for the strictly alternating part of the protocol: signing in. */
export class MessageInbox {
  readonly #inbox: Inbox;
  readonly #scanner: FrameScanner;
  #received: Received[] = [];

  constructor(inbox: Inbox, table: FrameTable) {
    this.#inbox = inbox;
    this.#scanner = new FrameScanner(table, { maxMessageBytes: 64 * 1024 });
  }

  /** The next message; undefined when the other side is gone. */
  async read(): Promise<Received | undefined> {
    const visitor: FrameVisitor = {
      onMessage: (type, raw) => {
        this.#received.push({ letter: String.fromCharCode(type), body: raw.subarray(5), raw });
      },
      onPassed: () => {},
      onPayload: () => {},
    };
    while (this.#received.length === 0) {
      const chunk = await this.#inbox.read();
      if (chunk === undefined) return undefined;
      this.#scanner.scan(chunk, visitor);
    }
    return this.#received.shift();
  }

  /** Whole messages that were received and not read: they belong to whoever goes on. */
  rest(): Buffer[] {
    return this.#received.map(({ raw }) => raw);
  }

  get isBetweenMessages(): boolean {
    return this.#scanner.isBetweenMessages;
  }
}
