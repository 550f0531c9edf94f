import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { AnswerHead, ExchangeHead } from "./conversation-reader.ts";

/** Nothing more will be asked of an exchange. */
export interface Closed {
  readonly exchange: number;
  readonly isLost: boolean;
}

/** What the thread is told. */
export type ToThread = {
  /** What has ended since the last message, and counts before this one. */
  readonly closed: readonly Closed[];
} & (
  | {
      readonly kind: "read";
      readonly exchange: number;
      readonly head: ExchangeHead;
      readonly body: Uint8Array;
      readonly codings: string;
    }
  | {
      readonly kind: "answer";
      readonly exchange: number;
      readonly head: AnswerHead;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "close" }
);

/** What it says: of each exchange its facts and its content, the facts first where both take long; then the answer. */
export type FromThread =
  | {
      readonly kind: "read";
      readonly exchange: number;
      readonly facts: RequestFacts;
      readonly content: RequestContent;
    }
  | { readonly kind: "facts"; readonly exchange: number; readonly value: RequestFacts }
  | { readonly kind: "content"; readonly exchange: number; readonly value: RequestContent }
  | { readonly kind: "answer"; readonly exchange: number; readonly value: AnswerContent }
  | { readonly kind: "failed"; readonly exchange: number; readonly reason: string };
