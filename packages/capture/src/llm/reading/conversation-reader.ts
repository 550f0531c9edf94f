import type { Dialect, ProviderKind } from "../provider.ts";
import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { AnswerHead } from "./exchange-reading.ts";

/** What is to be read. */
export interface ExchangeHead {
  readonly dialect: Dialect["name"];
  /** Values that are secret, whatever they look like. */
  readonly known: readonly string[];
  readonly model: string;
  readonly provider: ProviderKind;
  readonly session: string;
}

/**
 * Reads exchanges, each by a number of its caller's. What it is told in order it does in order. It rejects only when it cannot
 * read at all any more.
 */
export interface ConversationReader {
  open(exchange: number, head: ExchangeHead): void;
  request(exchange: number, body: Buffer, codings: string): Promise<RequestFacts>;
  content(exchange: number): Promise<RequestContent>;
  begin(exchange: number, head: AnswerHead): void;
  piece(exchange: number, bytes: Buffer): void;
  answer(exchange: number): Promise<AnswerContent>;
  /** To be called at the end, whatever came of it. */
  close(exchange: number): void;
}
