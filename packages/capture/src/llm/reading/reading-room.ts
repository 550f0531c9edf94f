import { randomUUID } from "node:crypto";
import { ConversationMemory } from "../conversation/memory.ts";
import { Turns } from "../conversation/turns.ts";
import { dialectOf } from "../providers.ts";
import { RecentlyUsed } from "../recently-used.ts";
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
  readonly #sessions = new RecentlyUsed<SessionPlace>(SESSIONS_MAX);

  constructor(newRedactor: (session: string) => SessionRedactor) {
    this.#newRedactor = newRedactor;
  }

  open({ dialect, known, model, session }: ExchangeHead): ExchangeReading {
    const { memory, redactor, turns } = this.#sessions.of(session, () => ({
      memory: new ConversationMemory(randomUUID()),
      redactor: this.#newRedactor(session),
      turns: new Turns(),
    }));
    for (const value of known) redactor.addKnown("known", value);
    const redact = (text: string) => redactor.redact(text);
    return new ExchangeReading({ dialect: dialectOf(dialect), memory, model, redact, turns });
  }
}
