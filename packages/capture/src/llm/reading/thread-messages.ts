import type { AnswerContent, RequestContent, RequestFacts } from "./content.ts";
import type { ExchangeHead } from "./conversation-reader.ts";
import type { AnswerHead } from "./exchange-reading.ts";

/** What the thread is asked. Those with an `id` are answered, in their order. */
export type ToThread =
  | { readonly kind: "open"; readonly exchange: number; readonly head: ExchangeHead }
  | {
      readonly kind: "request";
      readonly id: number;
      readonly exchange: number;
      readonly body: Uint8Array;
      readonly codings: string;
    }
  | { readonly kind: "content"; readonly id: number; readonly exchange: number }
  | { readonly kind: "begin"; readonly exchange: number; readonly head: AnswerHead }
  | { readonly kind: "piece"; readonly exchange: number; readonly bytes: Uint8Array }
  | { readonly kind: "answer"; readonly id: number; readonly exchange: number }
  | { readonly kind: "close"; readonly exchange: number };

export type FromThread =
  | { readonly id: number; readonly answer: AnswerContent | RequestContent | RequestFacts }
  | { readonly id: number; readonly failure: string };
