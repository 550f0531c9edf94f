import type { Block, ReadRequest } from "../conversation/block.ts";
import { countOf, type JsonObject, listOf, objectOf, textOf } from "../json-value.ts";
import type { Dialect } from "../provider.ts";
import { ChatAnswer } from "./chat-answer.ts";
import { contentText, roleOf } from "./content.ts";

/** `POST /v1/chat/completions`, https://platform.openai.com/docs/api-reference/chat */
export const chatCompletions: Dialect = {
  lastEvent: { isLast: (data) => data.trim() === "[DONE]", marks: ["[DONE]"] },
  endsBehindMark: false,
  name: "chat.completions",
  newAnswer: () => new ChatAnswer(),
  readRequest(body, model): ReadRequest {
    const request = objectOf(body);
    const { messages, model: named, stream, tools, ...settings } = request;
    const outputTokensMax = countOf(request["max_completion_tokens"]) ?? countOf(request["max_tokens"]);
    const answers = Math.max(1, countOf(request["n"]) ?? 1);
    return {
      answers,
      blocks: [
        { kind: "settings", role: "system", text: "", value: { ...settings, model: named } },
        ...(listOf(tools).length === 0
          ? []
          : [{ kind: "tools" as const, role: "system" as const, text: "", value: tools }]),
        ...listOf(messages).flatMap(messageBlocks),
      ],
      isStream: stream === true,
      model: textOf(named) ?? model,
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax: outputTokensMax * answers }),
      outside: [
        ...(request["web_search_options"] === undefined ? [] : ["web_search"]),
        ...listOf(tools)
          .map((tool) => textOf(objectOf(tool)["type"]) ?? "function")
          .filter((type) => type !== "function" && type !== "custom"),
      ],
    };
  },
};

/** A message, of a request or of an answer, and the calls of tools that it holds. */
export function messageBlocks(message: unknown): readonly Block[] {
  const { function_call, tool_calls, ...value } = objectOf(message);
  const role = roleOf(value["role"]);
  const text = contentText(value["content"]);
  if (role === "tool")
    return [{ kind: "tool-result", role, text, tool: { id: textOf(value["tool_call_id"]) ?? "" }, value }];
  if (value["role"] === "function") {
    const name = textOf(value["name"]) ?? "";
    return [{ kind: "tool-result", role: "tool", text, tool: { id: name, name }, value }];
  }
  const said: Block = { kind: "text", role, text, value };
  const calls = [
    ...listOf(tool_calls).map((call) => callOf(objectOf(call))),
    ...functionCallBlocks(objectOf(function_call)),
  ];
  // A message that only calls tools says nothing.
  return text === "" && calls.length > 0 ? calls : [said, ...calls];
}

function callOf(value: JsonObject): Block {
  const { arguments: given, input, name } = objectOf(value["function"] ?? value["custom"]);
  return {
    kind: "tool-call",
    role: "assistant",
    text: textOf(given) ?? textOf(input) ?? "{}",
    tool: { id: textOf(value["id"]) ?? "", name: textOf(name) ?? "" },
    value,
  };
}

/** The call of a function as it was before there were tools: it has no identifier but the function's name. */
function functionCallBlocks(value: JsonObject): readonly Block[] {
  const name = textOf(value["name"]);
  if (name === undefined) return [];
  const text = textOf(value["arguments"]) ?? "{}";
  return [{ kind: "tool-call", role: "assistant", text, tool: { id: name, name }, value }];
}
