import type { Block, ReadRequest, Role } from "../conversation/block.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { Dialect } from "../provider.ts";
import { MessagesAnswer } from "./messages-answer.ts";

/** Members that say nothing of the content, and move on to the newest block with each request. */
const MOVING = "cache_control";

/** `POST /v1/messages` */
export const messages: Dialect = {
  lastEvent: {
    isLast: (data) => /^(message_stop|error)$/.test(textOf(objectOf(parsedJson(data))["type"]) ?? ""),
    marks: ['"message_stop"', '"error"'],
  },
  endsBehindMark: false,
  name: "messages",
  newAnswer: () => new MessagesAnswer(),
  readRequest(body, model): ReadRequest {
    const request = objectOf(body);
    const { max_tokens, messages: turns, model: named, stream, system, tools, ...settings } = request;
    const outputTokensMax = countOf(max_tokens);
    return {
      blocks: [
        settingsBlock({ ...settings, max_tokens, model: named }),
        ...systemBlocks(system),
        ...toolsBlocks(tools),
        ...listOf(turns).flatMap(turnBlocks),
      ],
      isStream: stream === true,
      model: textOf(named) ?? model,
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
      outside: outsideOf(request),
    };
  },
};

function settingsBlock(value: JsonObject): Block {
  return { kind: "settings", role: "system", text: "", value };
}

function systemBlocks(system: unknown): readonly Block[] {
  const blocks = typeof system === "string" ? [{ text: system, type: "text" }] : listOf(system);
  return blocks.map((value) => blockOf(value, "system"));
}

function toolsBlocks(tools: unknown): readonly Block[] {
  const value = listOf(tools).map(withoutMoving);
  return value.length === 0 ? [] : [{ kind: "tools", role: "system", text: "", value }];
}

function turnBlocks(turn: unknown): readonly Block[] {
  const { content, role } = objectOf(turn);
  const as: Role = role === "assistant" || role === "system" ? role : "user";
  const blocks = typeof content === "string" ? [{ text: content, type: "text" }] : listOf(content);
  return blocks.map((value) => blockOf(value, as));
}

/** One block of content, of a request or of an answer: https://platform.claude.com/docs/en/api/messages */
export function blockOf(content: unknown, role: Role): Block {
  const block = objectOf(content);
  const value = withoutMoving(block);
  switch (block["type"]) {
    case "text":
      return { kind: "text", role, text: textOf(block["text"]) ?? "", value };
    case "thinking":
      return { kind: "thinking", role, text: textOf(block["thinking"]) ?? "", value };
    case "tool_use":
      return {
        kind: "tool-call",
        role,
        text: JSON.stringify(block["input"] ?? {}),
        tool: { id: textOf(block["id"]) ?? "", name: textOf(block["name"]) ?? "" },
        value,
      };
    case "tool_result":
      return {
        kind: "tool-result",
        role: "tool",
        text: resultText(block["content"]),
        tool: { id: textOf(block["tool_use_id"]) ?? "", isError: block["is_error"] === true },
        value,
      };
    default:
      return { kind: "other", role, text: "", value };
  }
}

function resultText(content: unknown): string {
  if (typeof content === "string") return content;
  const texts = listOf(content).map((part) => textOf(objectOf(part)["text"]) ?? "");
  return texts.filter((text) => text !== "").join("\n");
}

function withoutMoving(value: unknown): JsonObject {
  const { [MOVING]: _, ...rest } = objectOf(value);
  return rest;
}

/** Tools with a type of their own run at the provider's, but for those that the client runs. */
function outsideOf({ container, mcp_servers, tools }: JsonObject): readonly string[] {
  const named = listOf(tools)
    .map((tool) => textOf(objectOf(tool)["type"]) ?? "custom")
    .filter((type) => !/^(custom|bash_|text_editor_|computer_|memory_|tool_search_)/.test(type))
    .map((type) => type.replace(/_\d{8}$/, ""));
  return [
    ...new Set(named),
    ...(listOf(mcp_servers).length > 0 ? ["mcp_servers"] : []),
    ...(container === undefined || container === null ? [] : ["container"]),
  ];
}
