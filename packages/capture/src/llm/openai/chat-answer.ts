import type { ServerSentEvent } from "@custody/wire/sse";
import type { ReadAnswer, TokenCounts } from "../conversation/block.ts";
import { brokenOff } from "../conversation/broken-off.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { AnswerReader } from "../provider.ts";
import { messageBlocks } from "./chat-completions.ts";

interface GrowingCall {
  id: string;
  name: string;
  arguments: string;
}

interface Choice {
  content: string;
  reasoning: string;
  readonly calls: Map<number, GrowingCall>;
  /** The one call of the API as it was before there were tools. */
  functionCall?: GrowingCall;
  isDone: boolean;
  /** The message of an answer that is no stream. */
  message?: JsonObject;
}

/** An answer of Chat Completions: one object, or chunks (https://platform.openai.com/docs/api-reference/chat-streaming). */
export class ChatAnswer implements AnswerReader {
  readonly #choices = new Map<number, Choice>();
  #id: string | undefined;
  #model: string | undefined;
  #stopReason: string | undefined;
  #usage: TokenCounts | undefined;
  #error: ReadAnswer["error"];
  #isWhole = false;

  whole(body: unknown): void {
    const completion = objectOf(body);
    this.#head(completion);
    for (const choice of listOf(completion["choices"])) {
      const { finish_reason, index, message } = objectOf(choice);
      this.#stopReason ??= textOf(finish_reason);
      const whole = this.#choice(countOf(index) ?? 0);
      whole.message = objectOf(message);
      whole.isDone = true;
    }
    this.#isWhole = this.#error === undefined && this.#choices.size > 0;
  }

  event({ data }: ServerSentEvent): void {
    if (data.trim() === "[DONE]") {
      this.#isWhole = this.#error === undefined;
      return;
    }
    const chunk = objectOf(parsedJson(data));
    this.#head(chunk);
    for (const piece of listOf(chunk["choices"])) {
      const { delta, finish_reason, index } = objectOf(piece);
      this.#stopReason = textOf(finish_reason) ?? this.#stopReason;
      const choice = this.#choice(countOf(index) ?? 0);
      grow(choice, objectOf(delta));
      choice.isDone ||= textOf(finish_reason) !== undefined;
    }
  }

  answer(): ReadAnswer {
    return {
      blocks: [...this.#choices.entries()]
        .sort(([a], [b]) => a - b)
        .flatMap(([, choice]) => {
          const blocks = blocksOf(choice);
          return choice.isDone || this.#isWhole ? blocks : blocks.map(brokenOff);
        }),
      ...(this.#error === undefined ? undefined : { error: this.#error }),
      ...(this.#id === undefined ? undefined : { id: this.#id }),
      isWhole: this.#isWhole,
      ...(this.#model === undefined ? undefined : { model: this.#model }),
      ...(this.#stopReason === undefined ? undefined : { stopReason: this.#stopReason }),
      ...(this.#usage === undefined ? undefined : { usage: this.#usage }),
    };
  }

  #head({ error, id, model, usage }: JsonObject): void {
    this.#id ??= textOf(id);
    this.#model ??= textOf(model);
    if (usage) this.#usage = countsOf(objectOf(usage));
    if (!error) return;
    const { message, type } = objectOf(error);
    this.#error = { message: textOf(message) ?? "", type: textOf(type) ?? "" };
  }

  #choice(index: number): Choice {
    const choice = this.#choices.get(index) ?? {
      calls: new Map(),
      content: "",
      isDone: false,
      reasoning: "",
    };
    this.#choices.set(index, choice);
    return choice;
  }
}

function grow(choice: Choice, delta: JsonObject): void {
  choice.content += textOf(delta["content"]) ?? textOf(delta["refusal"]) ?? "";
  choice.reasoning += textOf(delta["reasoning_content"]) ?? "";
  for (const piece of listOf(delta["tool_calls"])) {
    const { function: named, id, index } = objectOf(piece);
    const at = countOf(index) ?? choice.calls.size;
    const call = choice.calls.get(at) ?? { arguments: "", id: "", name: "" };
    choice.calls.set(at, call);
    call.id ||= textOf(id) ?? "";
    growCall(call, objectOf(named));
  }
  if (delta["function_call"] === undefined || delta["function_call"] === null) return;
  choice.functionCall ??= { arguments: "", id: "", name: "" };
  growCall(choice.functionCall, objectOf(delta["function_call"]));
}

function growCall(call: GrowingCall, { arguments: given, name }: JsonObject): void {
  call.name ||= textOf(name) ?? "";
  call.arguments += textOf(given) ?? "";
}

function blocksOf(choice: Choice): ReadAnswer["blocks"] {
  const { calls, content, functionCall, message, reasoning } = choice;
  const thought = reasoning || textOf(message?.["reasoning_content"]) || "";
  const thinking =
    thought === ""
      ? []
      : [
          {
            kind: "thinking" as const,
            role: "assistant" as const,
            text: thought,
            value: { reasoning_content: thought },
          },
        ];
  const tool_calls = [...calls.values()].map(({ arguments: given, id, name }) => ({
    function: { arguments: given, name },
    id,
    type: "function",
  }));
  const function_call = functionCall && { arguments: functionCall.arguments, name: functionCall.name };
  return [
    ...thinking,
    ...messageBlocks(message ?? { content, function_call, role: "assistant", tool_calls }),
  ];
}

function countsOf(usage: JsonObject): TokenCounts {
  const cached = countOf(objectOf(usage["prompt_tokens_details"])["cached_tokens"]) ?? 0;
  return {
    cacheRead: cached,
    cacheWrite: 0,
    input: Math.max(0, (countOf(usage["prompt_tokens"]) ?? 0) - cached),
    output: countOf(usage["completion_tokens"]) ?? 0,
    reasoning: countOf(objectOf(usage["completion_tokens_details"])["reasoning_tokens"]) ?? 0,
  };
}
