import type { Dialect } from "../provider.ts";
import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";

/** What is to be read. */
export interface ExchangeHead {
  readonly dialect: Dialect["name"];
  /** Values that are secret, whatever they look like. */
  readonly known: readonly string[];
  /** As the path names it, where it does. */
  readonly model: string;
  readonly session: string;
}

/** How an answer comes. */
export interface AnswerHead {
  readonly codings: string;
  readonly isStream: boolean;
}

/** One exchange that is being read. What it promises is refused only when nothing can be read at all any more. */
export interface Reading {
  readonly facts: Promise<RequestFacts>;
  /** What the request adds to its conversation. */
  readonly content: Promise<RequestContent>;
  /** Reads the answer, as far as it came; to be asked once. */
  answer(head: AnswerHead, bytes: Buffer): Promise<AnswerContent>;
  /** Nothing more will be asked. `isLost`: what was read is not on record, so no later request may name it. */
  close(isLost: boolean): void;
}

export interface ConversationReader {
  /** `body`: of a request, with its content codings. */
  read(head: ExchangeHead, body: Buffer, codings: string): Reading;
}
