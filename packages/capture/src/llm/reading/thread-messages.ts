import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { AnswerHead, ExchangeHead } from "./conversation-reader.ts";

/** What the thread is told. */
export type ToThread =
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
  | { readonly kind: "close"; readonly exchange: number; readonly isLost: boolean };

/** What it says: of each exchange its facts first, then its content; and the answer once it was told that. */
export type FromThread =
  | { readonly kind: "facts"; readonly exchange: number; readonly value: RequestFacts }
  | { readonly kind: "content"; readonly exchange: number; readonly value: RequestContent }
  | { readonly kind: "answer"; readonly exchange: number; readonly value: AnswerContent }
  | { readonly kind: "failed"; readonly exchange: number; readonly reason: string };
