import type { ServerSentEvent } from "@custody/wire/sse";
import type { Block, ReadAnswer, TokenCounts } from "../conversation/block.ts";
import { countOf, type JsonObject, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { AnswerReader } from "../provider.ts";
import type { CallNumbers } from "./call-numbers.ts";
import { partBlocks } from "./generate-content.ts";
import { repeatedOf } from "./members.ts";

/** An answer of generateContent: one object, a list of them, or one in each event. */
export class GenerateContentAnswer implements AnswerReader {
  readonly #numbers: CallNumbers;
  #blocks: Block[] = [];
  #id: string | undefined;
  #model: string | undefined;
  #stopReason: string | undefined;
  #usage: TokenCounts | undefined;
  #error: ReadAnswer["error"];

  /** `numbers`: as far as the conversation has counted its calls. */
  constructor(numbers: CallNumbers) {
    this.#numbers = numbers;
  }

  /** Without `alt=sse` a stream is one JSON array, which is whole only at its end. */
  whole(body: unknown): void {
    for (const piece of Array.isArray(body) ? body : [body]) this.#take(objectOf(piece));
  }

  event({ data }: ServerSentEvent): void {
    this.#take(objectOf(parsedJson(data)));
  }

  answer(): ReadAnswer {
    return {
      blocks: this.#blocks,
      ...(this.#error === undefined ? undefined : { error: this.#error }),
      ...(this.#id === undefined ? undefined : { id: this.#id }),
      isWhole: this.#error === undefined && this.#stopReason !== undefined,
      ...(this.#model === undefined ? undefined : { model: this.#model }),
      ...(this.#stopReason === undefined ? undefined : { stopReason: this.#stopReason }),
      ...(this.#usage === undefined ? undefined : { usage: this.#usage }),
    };
  }

  #take(response: JsonObject): void {
    this.#id ??= textOf(response["responseId"]);
    this.#model ??= textOf(response["modelVersion"]);
    if (response["usageMetadata"]) this.#usage = countsOf(objectOf(response["usageMetadata"]));
    if (response["error"]) {
      const { message, status } = objectOf(response["error"]);
      this.#error = { message: textOf(message) ?? "", type: textOf(status) ?? "" };
    }
    // A prompt that was blocked has no candidates.
    this.#stopReason ??= textOf(objectOf(response["promptFeedback"])["blockReason"]);
    for (const candidate of repeatedOf(response["candidates"])) {
      const { content, finishReason } = objectOf(candidate);
      this.#stopReason = textOf(finishReason) ?? this.#stopReason;
      for (const block of partBlocks({ ...objectOf(content), role: "model" }, this.#numbers))
        this.#add(block);
    }
  }

  /** A text comes in pieces that belong together. */
  #add(block: Block): void {
    const last = this.#blocks.at(-1);
    const isText = block.kind === "text" || block.kind === "thinking";
    if (last === undefined || !isText || last.kind !== block.kind) {
      this.#blocks.push(block);
      return;
    }
    const text = last.text + block.text;
    const value = { ...objectOf(last.value), ...objectOf(block.value), text };
    this.#blocks = [...this.#blocks.slice(0, -1), { ...last, text, value }];
  }
}

/** The prompt's count has what a cache gave in it, and thoughts are counted beside the candidates. */
function countsOf(usage: JsonObject): TokenCounts {
  const cached = countOf(usage["cachedContentTokenCount"]) ?? 0;
  const prompt = (countOf(usage["promptTokenCount"]) ?? 0) + (countOf(usage["toolUsePromptTokenCount"]) ?? 0);
  const reasoning = countOf(usage["thoughtsTokenCount"]) ?? 0;
  return {
    cacheRead: cached,
    cacheWrite: 0,
    input: Math.max(0, prompt - cached),
    output: (countOf(usage["candidatesTokenCount"]) ?? 0) + reasoning,
    reasoning,
  };
}
