import type { ServerSentEvent } from "@custody/wire/sse";
import type { Block, ReadAnswer, TokenCounts } from "../conversation/block.ts";
import { brokenOff } from "../conversation/broken-off.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { AnswerReader } from "../provider.ts";
import { itemOf } from "./responses.ts";

/** An item while it comes: its pieces count only where its end never comes. */
interface Growing {
  item: JsonObject;
  text: string;
  isDone: boolean;
}

/** An answer of the Responses API: one object, or events (https://platform.openai.com/docs/api-reference/responses-streaming). */
export class ResponsesAnswer implements AnswerReader {
  readonly #items = new Map<number, Growing>();
  #response: JsonObject = {};
  #error: ReadAnswer["error"];
  #isWhole = false;

  whole(body: unknown): void {
    const response = objectOf(body);
    if (response["error"] && response["object"] !== "response") this.#failed(objectOf(response["error"]));
    else this.#ended(response);
  }

  event({ data }: ServerSentEvent): void {
    const event = objectOf(parsedJson(data));
    const at = countOf(event["output_index"]) ?? this.#items.size;
    switch (event["type"]) {
      case "response.created":
      case "response.in_progress":
      case "response.queued":
        this.#response = objectOf(event["response"]);
        return;
      case "response.output_item.added":
        this.#items.set(at, { isDone: false, item: objectOf(event["item"]), text: "" });
        return;
      case "response.output_text.delta":
      case "response.refusal.delta":
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta": {
        const growing = this.#items.get(at);
        if (growing !== undefined) growing.text += textOf(event["delta"]) ?? "";
        return;
      }
      case "response.output_item.done":
        this.#items.set(at, { isDone: true, item: objectOf(event["item"]), text: "" });
        return;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        this.#ended(objectOf(event["response"]));
        return;
      case "error":
        this.#failed(event["error"] === undefined ? event : objectOf(event["error"]));
        return;
    }
  }

  answer(): ReadAnswer {
    const id = textOf(this.#response["id"]);
    const model = textOf(this.#response["model"]);
    const stopReason = this.#stopReason();
    const usage = objectOf(this.#response["usage"]);
    return {
      blocks: [...this.#items.entries()].sort(([a], [b]) => a - b).map(([, growing]) => blockOf(growing)),
      ...(this.#error === undefined ? undefined : { error: this.#error }),
      ...(id === undefined ? undefined : { id }),
      isWhole: this.#isWhole,
      ...(model === undefined ? undefined : { model }),
      ...(stopReason === undefined ? undefined : { stopReason }),
      ...(Object.keys(usage).length === 0 ? undefined : { usage: countsOf(usage) }),
    };
  }

  /** The last event repeats the whole answer. */
  #ended(response: JsonObject): void {
    this.#response = response;
    this.#isWhole = response["status"] === "completed" || response["status"] === "incomplete";
    const output = listOf(response["output"]);
    if (output.length > 0) this.#items.clear();
    for (const [index, item] of output.entries())
      this.#items.set(index, { isDone: true, item: objectOf(item), text: "" });
    if (response["error"]) this.#failed(objectOf(response["error"]));
  }

  #failed({ code, message, type }: JsonObject): void {
    this.#error = { message: textOf(message) ?? "", type: textOf(type) ?? textOf(code) ?? "" };
  }

  #stopReason(): string | undefined {
    const reason = textOf(objectOf(this.#response["incomplete_details"])["reason"]);
    return reason ?? textOf(this.#response["status"]);
  }
}

/** An item can come to its end in the middle as well: where the answer had no room for the rest. */
function blockOf(growing: Growing): Block {
  const block = itemOf(contentOf(growing));
  const { status } = growing.item;
  return growing.isDone && status !== "incomplete" && status !== "in_progress" ? block : brokenOff(block);
}

/** An item whose end did not come has the pieces that did. */
function contentOf({ isDone, item, text }: Growing): JsonObject {
  if (isDone || text === "") return item;
  if (item["type"] === "message") return { ...item, content: [{ text, type: "output_text" }] };
  return item["type"] === "custom_tool_call" ? { ...item, input: text } : { ...item, arguments: text };
}

function countsOf(usage: JsonObject): TokenCounts {
  const cached = countOf(objectOf(usage["input_tokens_details"])["cached_tokens"]) ?? 0;
  const input = countOf(usage["input_tokens"]) ?? 0;
  return {
    cacheRead: cached,
    cacheWrite: 0,
    input: Math.max(0, input - cached),
    output: countOf(usage["output_tokens"]) ?? 0,
    reasoning: countOf(objectOf(usage["output_tokens_details"])["reasoning_tokens"]) ?? 0,
  };
}
