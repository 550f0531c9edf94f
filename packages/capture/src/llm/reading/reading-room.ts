import { randomUUID } from "node:crypto";
import { ConversationMemory } from "../conversation/memory.ts";
import { Turns } from "../conversation/turns.ts";
import { dialectOf } from "../providers.ts";
import type { ExchangeHead } from "./conversation-reader.ts";
import { ExchangeReading } from "./exchange-reading.ts";

/** Sessions that are remembered; of the others, what they say again is stored again. */
const SESSIONS_MAX = 1000;

/** Finds secrets in texts of one session. */
export interface SessionRedactor {
  addKnown(name: string, value: string): void;
  redact(text: string): string;
}

interface SessionPlace {
  readonly memory: ConversationMemory;
  readonly redactor: SessionRedactor;
  readonly turns: Turns;
}

/** Where exchanges are read: all that is remembered between them. */
export class ReadingRoom {
  readonly #newRedactor: (session: string) => SessionRedactor;
  /** In the order of their last use. */
  readonly #sessions = new Map<string, SessionPlace>();

  constructor(newRedactor: (session: string) => SessionRedactor) {
    this.#newRedactor = newRedactor;
  }

  open({ dialect, known, model, session }: ExchangeHead): ExchangeReading {
    const { memory, redactor, turns } = this.#placeOf(session);
    for (const value of known) redactor.addKnown("known", value);
    const redact = (text: string) => redactor.redact(text);
    return new ExchangeReading({ dialect: dialectOf(dialect), memory, model, redact, turns });
  }

  #placeOf(session: string): SessionPlace {
    const place = this.#sessions.get(session) ?? {
      memory: new ConversationMemory(randomUUID()),
      redactor: this.#newRedactor(session),
      turns: new Turns(),
    };
    this.#sessions.delete(session);
    this.#sessions.set(session, place);
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size > SESSIONS_MAX) this.#sessions.delete(oldest);
    return place;
  }
}
