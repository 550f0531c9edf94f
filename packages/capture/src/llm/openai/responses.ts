import type { Block, ReadRequest } from "../conversation/block.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { Dialect } from "../provider.ts";
import { contentText, roleOf } from "./content.ts";
import { ResponsesAnswer } from "./responses-answer.ts";

/** `POST /v1/responses`, https://platform.openai.com/docs/api-reference/responses */
export const responses: Dialect = {
  lastEvent: {
    isLast: (data) =>
      /^(response\.(completed|incomplete|failed)|error)$/.test(
        textOf(objectOf(parsedJson(data))["type"]) ?? "",
      ),
    marks: ['"response.completed"', '"response.incomplete"', '"response.failed"', '"error"'],
  },
  endsBehindMark: false,
  name: "responses",
  newAnswer: () => new ResponsesAnswer(),
  readRequest(body, model): ReadRequest {
    const request = objectOf(body);
    const { input, instructions, model: named, stream, tools, ...settings } = request;
    const outputTokensMax = countOf(request["max_output_tokens"]);
    const items =
      typeof input === "string" ? [{ content: input, role: "user", type: "message" }] : listOf(input);
    return {
      blocks: [
        { kind: "settings", role: "system", text: "", value: { ...settings, model: named } },
        ...(typeof instructions === "string"
          ? [{ kind: "text" as const, role: "system" as const, text: instructions, value: { instructions } }]
          : []),
        ...(listOf(tools).length === 0
          ? []
          : [{ kind: "tools" as const, role: "system" as const, text: "", value: tools }]),
        ...items.map(itemOf),
      ],
      isStream: stream === true,
      model: textOf(named) ?? model,
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
      outside: outsideOf(request),
    };
  },
};

/** One item of input or output. */
export function itemOf(item: unknown): Block {
  const value = objectOf(item);
  const type = textOf(value["type"]) ?? "message";
  if (type === "message")
    return { kind: "text", role: roleOf(value["role"]), text: contentText(value["content"]), value };
  if (type === "reasoning") {
    const text = contentText(value["summary"]) || contentText(value["content"]);
    return { kind: "thinking", role: "assistant", text, value };
  }
  if (type === "additional_tools") return { kind: "tools", role: roleOf(value["role"]), text: "", value };
  const id = textOf(value["call_id"]) ?? textOf(value["id"]) ?? "";
  if (/_call$/.test(type)) {
    if (!isClientCall(type, value)) return { kind: "other", role: "assistant", text: callText(value), value };
    return {
      kind: "tool-call",
      role: "assistant",
      text: callText(value),
      tool: { id, name: textOf(value["name"]) ?? type.replace(/_call$/, "") },
      value,
    };
  }
  if (/_output$/.test(type))
    return { kind: "tool-result", role: "tool", text: outputText(value["output"]), tool: { id }, value };
  return { kind: "other", role: "assistant", text: "", value };
}

/** Calls that the client answers; all others run at the provider's. */
const CLIENT_CALLS = /^(function|custom_tool|local_shell|shell|apply_patch|computer|tool_search)_call$/;

function isClientCall(type: string, { environment, execution }: JsonObject): boolean {
  return CLIENT_CALLS.test(type) && isLocal(environment) && execution !== "server";
}

function callText({ action, arguments: given, code, input, operation, queries }: JsonObject): string {
  const asked = given ?? input ?? code;
  return textOf(asked) ?? JSON.stringify(action ?? operation ?? queries ?? asked ?? {});
}

function outputText(output: unknown): string {
  return typeof output === "string" || Array.isArray(output)
    ? contentText(output)
    : JSON.stringify(output ?? "");
}

/** Tools that the client runs; all others run at the provider's. */
const CLIENT_TOOLS =
  /^(function|custom|local_shell|shell|apply_patch|computer_use_preview|computer|tool_search)$/;

/** Tools stand in a list of their own, or in an item of the input (Codex), and can be gathered in name spaces. */
function outsideOf({ background, input, tools, ...more }: JsonObject): readonly string[] {
  const added = listOf(input).flatMap((item) => listOf(objectOf(item)["tools"]));
  const outside = [...listOf(tools), ...added].flatMap(typesOf).filter((type) => !CLIENT_TOOLS.test(type));
  return [
    ...new Set(outside.map((type) => type.replace(/_preview(_\d{4}_\d{2}_\d{2})?$/, ""))),
    ...(background === true ? ["background"] : []),
    // What was said there stands at the provider's, perhaps by somebody else, and is not in this request.
    ...(STORED.some((name) => more[name] !== undefined && more[name] !== null) ? ["stored"] : []),
  ];
}

/** Members that name a conversation, or instructions, that the provider keeps. */
const STORED = ["conversation", "previous_response_id", "prompt"] as const;

function typesOf(tool: unknown): readonly string[] {
  const { environment, tools, type } = objectOf(tool);
  const named = textOf(type) ?? "function";
  // https://platform.openai.com/docs/guides/tools-shell
  if (named === "shell" && !isLocal(environment)) return ["container"];
  return named === "namespace" ? listOf(tools).flatMap(typesOf) : [named];
}

/** The client's own machine; any other environment is a container of the provider's. */
function isLocal(environment: unknown): boolean {
  return environment === undefined || environment === null || objectOf(environment)["type"] === "local";
}
