import type { Block, ReadRequest, Role } from "../conversation/block.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { Dialect } from "../provider.ts";
import { GenerateContentAnswer } from "./generate-content-answer.ts";

/** `POST /v1beta/models/{model}:generateContent`, and its streaming twin. */
export const generateContent: Dialect = {
  lastEvent: {
    isLast: (data) =>
      listOf(objectOf(parsedJson(data))["candidates"]).some(
        (one) => objectOf(one)["finishReason"] !== undefined,
      ),
    marks: ['"finishReason"'],
  },
  endsBehindMark: true,
  name: "generateContent",
  newAnswer: () => new GenerateContentAnswer(),
  readRequest(body, model): ReadRequest {
    const request = objectOf(body);
    const { contents, systemInstruction, system_instruction, tools, ...settings } = request;
    const { maxOutputTokens } = objectOf(request["generationConfig"] ?? request["generation_config"]);
    const outputTokensMax = countOf(maxOutputTokens);
    return {
      blocks: [
        { kind: "settings", role: "system", text: "", value: settings },
        ...partBlocks({ parts: objectOf(systemInstruction ?? system_instruction)["parts"] }, "system"),
        ...(listOf(tools).length === 0
          ? []
          : [{ kind: "tools" as const, role: "system" as const, text: "", value: tools }]),
        ...listOf(contents).flatMap((content) => partBlocks(objectOf(content), undefined)),
      ],
      isStream: false,
      model,
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
      outside: outsideOf(tools),
    };
  },
};

/** The parts of a turn. Where the API gives a call no identifier, its name has to do. */
export function partBlocks({ parts, role }: JsonObject, as: Role | undefined): readonly Block[] {
  const by: Role = as ?? (role === "model" ? "assistant" : "user");
  return listOf(parts).map((part) => partOf(objectOf(part), by));
}

function partOf(value: JsonObject, role: Role): Block {
  const call = value["functionCall"] ?? value["function_call"];
  if (call !== undefined) {
    const { args, id, name } = objectOf(call);
    const called = textOf(name) ?? "";
    return {
      kind: "tool-call",
      role,
      text: JSON.stringify(args ?? {}),
      tool: { id: textOf(id) ?? called, name: called },
      value,
    };
  }
  const result = value["functionResponse"] ?? value["function_response"];
  if (result !== undefined) {
    const { id, name, response } = objectOf(result);
    const called = textOf(name) ?? "";
    const { error, output } = objectOf(response);
    return {
      kind: "tool-result",
      role: "tool",
      text: textOf(output) ?? textOf(error) ?? JSON.stringify(response ?? {}),
      tool: { id: textOf(id) ?? called, isError: error !== undefined, name: called },
      value,
    };
  }
  const text = textOf(value["text"]);
  if (text === undefined) return { kind: "other", role, text: "", value };
  return { kind: value["thought"] === true ? "thinking" : "text", role, text, value };
}

const OUTSIDE_TOOLS: Readonly<Record<string, string>> = {
  codeExecution: "code_execution",
  code_execution: "code_execution",
  computerUse: "computer_use",
  fileSearch: "file_search",
  file_search: "file_search",
  googleMaps: "web_search",
  googleSearch: "web_search",
  googleSearchRetrieval: "web_search",
  google_search: "web_search",
  mcpServers: "mcp_servers",
  urlContext: "web_fetch",
  url_context: "web_fetch",
};

function outsideOf(tools: unknown): readonly string[] {
  const names = listOf(tools).flatMap((tool) => Object.keys(objectOf(tool)));
  return [...new Set(names.flatMap((name) => OUTSIDE_TOOLS[name] ?? []))];
}
