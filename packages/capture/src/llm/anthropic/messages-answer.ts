import type { ServerSentEvent } from "@custody/wire/sse";
import type { Block, ReadAnswer, TokenCounts } from "../conversation/block.ts";
import { brokenOff } from "../conversation/broken-off.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { AnswerReader } from "../provider.ts";
import { blockOf } from "./messages.ts";

/** A block of content while it comes in pieces. */
interface Growing {
  readonly start: JsonObject;
  text: string;
  thinking: string;
  signature: string;
  json: string;
  isDone: boolean;
}

/** An answer of the Messages API: one object, or events (https://platform.claude.com/docs/en/build-with-claude/streaming). */
export class MessagesAnswer implements AnswerReader {
  readonly #growing = new Map<number, Growing>();
  #message: JsonObject = {};
  #usage: JsonObject = {};
  #stopReason: string | undefined;
  #error: ReadAnswer["error"];
  #isWhole = false;

  whole(body: unknown): void {
    const message = objectOf(body);
    if (message["type"] === "error") {
      this.#failed(message);
      return;
    }
    this.#message = message;
    this.#usage = objectOf(message["usage"]);
    this.#stopReason = textOf(message["stop_reason"]);
    this.#isWhole = message["type"] === "message";
    for (const [index, block] of listOf(message["content"]).entries())
      this.#growing.set(index, { ...growingFrom(block), isDone: true });
  }

  event({ data }: ServerSentEvent): void {
    const event = objectOf(parsedJson(data));
    switch (event["type"]) {
      case "message_start":
        this.#message = objectOf(event["message"]);
        this.#usage = objectOf(this.#message["usage"]);
        return;
      case "content_block_start":
        this.#growing.set(countOf(event["index"]) ?? this.#growing.size, growingFrom(event["content_block"]));
        return;
      case "content_block_delta":
        this.#grow(this.#growing.get(countOf(event["index"]) ?? -1), objectOf(event["delta"]));
        return;
      case "content_block_stop": {
        const growing = this.#growing.get(countOf(event["index"]) ?? -1);
        if (growing !== undefined) growing.isDone = true;
        return;
      }
      case "message_delta":
        this.#stopReason = textOf(objectOf(event["delta"])["stop_reason"]) ?? this.#stopReason;
        // What it says are totals, of those counts that it names.
        this.#usage = { ...this.#usage, ...objectOf(event["usage"]) };
        return;
      case "message_stop":
        this.#isWhole = true;
        return;
      case "error":
        this.#failed(event);
        return;
    }
  }

  answer(): ReadAnswer {
    const id = textOf(this.#message["id"]);
    const model = textOf(this.#message["model"]);
    return {
      blocks: [...this.#growing.values()].map((growing) => this.#blockOf(growing)),
      ...(this.#error === undefined ? undefined : { error: this.#error }),
      ...(id === undefined ? undefined : { id }),
      isWhole: this.#isWhole,
      ...(model === undefined ? undefined : { model }),
      ...(this.#stopReason === undefined ? undefined : { stopReason: this.#stopReason }),
      ...(Object.keys(this.#usage).length === 0 ? undefined : { usage: countsOf(this.#usage) }),
    };
  }

  #blockOf(growing: Growing): Block {
    const block = blockOf(contentOf(growing), "assistant");
    return growing.isDone || this.#isWhole ? block : brokenOff(block);
  }

  #grow(growing: Growing | undefined, delta: JsonObject): void {
    if (growing === undefined) return;
    growing.text += textOf(delta["text"]) ?? "";
    growing.thinking += textOf(delta["thinking"]) ?? "";
    growing.signature += textOf(delta["signature"]) ?? "";
    growing.json += textOf(delta["partial_json"]) ?? "";
  }

  #failed(body: JsonObject): void {
    const { message, type } = objectOf(body["error"]);
    this.#error = { message: textOf(message) ?? "", type: textOf(type) ?? "" };
  }
}

function growingFrom(block: unknown): Growing {
  return { isDone: false, json: "", signature: "", start: objectOf(block), text: "", thinking: "" };
}

/** The block as an answer that is no stream would have had it. */
function contentOf({ json, signature, start, text, thinking }: Growing): JsonObject {
  const { text: startText, thinking: startThinking } = start;
  return {
    ...start,
    ...(typeof startText === "string" ? { text: startText + text } : undefined),
    ...(typeof startThinking === "string" ? { thinking: startThinking + thinking } : undefined),
    ...(signature === "" ? undefined : { signature }),
    // An input that is cut off in the middle is kept as the text that came.
    ...(json === "" ? undefined : { input: parsedJson(json) ?? json }),
  };
}

function countsOf(usage: JsonObject): TokenCounts {
  const details = objectOf(usage["output_tokens_details"]);
  const hour = countOf(objectOf(usage["cache_creation"])["ephemeral_1h_input_tokens"]) ?? 0;
  return {
    cacheRead: countOf(usage["cache_read_input_tokens"]) ?? 0,
    cacheWrite: countOf(usage["cache_creation_input_tokens"]) ?? 0,
    ...(hour === 0 ? undefined : { cacheWriteHour: hour }),
    input: countOf(usage["input_tokens"]) ?? 0,
    output: countOf(usage["output_tokens"]) ?? 0,
    reasoning: countOf(details["thinking_tokens"]) ?? countOf(details["reasoning_tokens"]) ?? 0,
  };
}
