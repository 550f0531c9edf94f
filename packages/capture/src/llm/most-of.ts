import type { RequestFacts } from "./reading/content.ts";

/** Where a client sets no limit to the answer: as long as the longest that most models give without being asked for more. */
const OUTPUT_TOKENS_DEFAULT = 32_768;

/** Bytes of JSON that make a token, at the least, over a whole request of code and prose. */
const BYTES_PER_TOKEN = 3;

/** What a request can take at most, as far as that can be said before it is sent. */
export function mostOf(
  facts: RequestFacts | undefined,
  bytes: number,
): { readonly inputTokens: number; readonly model: string; readonly outputTokens: number } {
  return {
    inputTokens: Math.ceil((facts?.bytes ?? bytes) / BYTES_PER_TOKEN),
    model: facts?.model ?? "",
    outputTokens: facts?.outputTokensMax ?? OUTPUT_TOKENS_DEFAULT * (facts?.answers ?? 1),
  };
}
