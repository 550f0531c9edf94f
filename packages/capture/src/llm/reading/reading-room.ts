import { randomUUID } from "node:crypto";
import { ConversationMemory } from "../conversation/memory.ts";
import type { Dialect } from "../provider.ts";
import { dialectOf } from "../providers.ts";
import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { ExchangeHead } from "./conversation-reader.ts";
import { type AnswerHead, ExchangeReading } from "./exchange-reading.ts";

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
}

/** Where exchanges are read: all that is remembered between them. Everything here is done at once. */
export class ReadingRoom {
  readonly #newRedactor: (session: string) => SessionRedactor;
  /** In the order of their last use. */
  readonly #sessions = new Map<string, SessionPlace>();
  readonly #exchanges = new Map<number, ExchangeReading>();

  constructor(newRedactor: (session: string) => SessionRedactor) {
    this.#newRedactor = newRedactor;
  }

  open(exchange: number, head: ExchangeHead): void {
    const { memory, redactor } = this.#sessionOf(head.session);
    for (const value of head.known) redactor.addKnown("known", value);
    const dialect: Dialect = dialectOf(head.dialect);
    const { model } = head;
    const redact = (text: string) => redactor.redact(text);
    this.#exchanges.set(exchange, new ExchangeReading({ dialect, memory, model, redact }));
  }

  request(exchange: number, body: Buffer, codings: string): RequestFacts {
    return this.#of(exchange).request(body, codings);
  }

  content(exchange: number): RequestContent {
    return this.#of(exchange).content();
  }

  begin(exchange: number, head: AnswerHead): void {
    this.#of(exchange).begin(head);
  }

  piece(exchange: number, bytes: Buffer): void {
    this.#of(exchange).piece(bytes);
  }

  answer(exchange: number): AnswerContent {
    return this.#of(exchange).answer();
  }

  close(exchange: number): void {
    this.#exchanges.delete(exchange);
  }

  #of(exchange: number): ExchangeReading {
    const reading = this.#exchanges.get(exchange);
    if (reading === undefined) throw new Error(`exchange ${exchange} is not open`);
    return reading;
  }

  #sessionOf(session: string): SessionPlace {
    const place = this.#sessions.get(session) ?? {
      memory: new ConversationMemory(randomUUID()),
      redactor: this.#newRedactor(session),
    };
    this.#sessions.delete(session);
    this.#sessions.set(session, place);
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size > SESSIONS_MAX) this.#sessions.delete(oldest);
    return place;
  }
}
