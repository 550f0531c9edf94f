import type { Block, ReadRequest, Role } from "../conversation/block.ts";
import { countOf, type JsonObject, listOf, objectOf, parsedJson, textOf } from "../json-value.ts";
import type { Dialect } from "../provider.ts";
import { CallNumbers } from "./call-numbers.ts";
import { GenerateContentAnswer } from "./generate-content-answer.ts";
import { camelCase, membersOf, repeatedOf, snakeCase } from "./members.ts";

/** Members of a request that are read as pieces of their own; all others are its settings. */
const PIECES: ReadonlySet<string> = new Set(["contents", "systemInstruction", "tools"]);

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
  newAnswer: (request) => new GenerateContentAnswer(CallNumbers.behind(request?.blocks ?? [])),
  /** @throws TypeError when a member stands there twice, or a tool is none */
  readRequest(body, model): ReadRequest {
    const { cachedContent, contents, generationConfig, systemInstruction, tools } = membersOf(body);
    const { candidateCount, maxOutputTokens } = membersOf(generationConfig);
    const answers = Math.max(1, countOf(candidateCount) ?? 1);
    const outputTokensMax = countOf(maxOutputTokens);
    const numbers = new CallNumbers();
    const offered = repeatedOf(tools);
    return {
      answers,
      blocks: [
        { kind: "settings", role: "system", text: "", value: settingsOf(body) },
        ...partBlocks(systemInstruction, numbers, "system"),
        ...(offered.length === 0
          ? []
          : [{ kind: "tools" as const, role: "system" as const, text: "", value: tools }]),
        ...repeatedOf(contents).flatMap((content) => partBlocks(content, numbers)),
      ],
      isStream: false,
      model,
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax: outputTokensMax * answers }),
      // A cache holds texts and tools that are not in this request.
      outside: [...new Set(offered.flatMap(outsideOf)), ...(cachedContent === undefined ? [] : ["stored"])],
    };
  },
};

function settingsOf(body: unknown): JsonObject {
  return Object.fromEntries(Object.entries(objectOf(body)).filter(([name]) => !PIECES.has(camelCase(name))));
}

/** The parts of a turn. */
export function partBlocks(content: unknown, numbers: CallNumbers, as?: Role): readonly Block[] {
  const { parts, role } = membersOf(content);
  const by: Role = as ?? (role === "model" ? "assistant" : "user");
  if (by === "user") numbers.userTurn();
  return repeatedOf(parts).map((part) => partOf(objectOf(part), by, numbers));
}

function partOf(value: JsonObject, role: Role, numbers: CallNumbers): Block {
  const part = membersOf(value);
  if (part["functionCall"] !== undefined) return callOf(part["functionCall"], value, role, numbers);
  if (part["functionResponse"] !== undefined) return resultOf(part["functionResponse"], value, numbers);
  const text = textOf(part["text"]);
  if (text === undefined) return { kind: "other", role, text: "", value };
  return { kind: part["thought"] === true ? "thinking" : "text", role, text, value };
}

function callOf(call: unknown, value: JsonObject, role: Role, numbers: CallNumbers): Block {
  const { args, id, name } = membersOf(call);
  const called = textOf(name) ?? "";
  return {
    kind: "tool-call",
    role,
    text: JSON.stringify(args ?? {}),
    tool: { id: numbers.called(called, textOf(id)), name: called },
    value,
  };
}

function resultOf(result: unknown, value: JsonObject, numbers: CallNumbers): Block {
  const { id, name, response } = membersOf(result);
  const called = textOf(name) ?? "";
  const { error, output } = objectOf(response);
  return {
    kind: "tool-result",
    role: "tool",
    text: textOf(output) ?? textOf(error) ?? JSON.stringify(response ?? {}),
    tool: { id: numbers.answered(called, textOf(id)), isError: error !== undefined, name: called },
    value,
  };
}

/** What a tool is called here where its own name says too little, or too much. */
const OUTSIDE_NAMES: ReadonlyMap<string, string> = new Map([
  ["enterpriseWebSearch", "web_search"],
  ["googleMaps", "web_search"],
  ["googleSearch", "web_search"],
  ["googleSearchRetrieval", "web_search"],
  ["urlContext", "web_fetch"],
]);

/** Only what the client declares runs at the client's. */
function outsideOf(tool: unknown): readonly string[] {
  if (typeof tool !== "object" || tool === null || Array.isArray(tool))
    throw new TypeError("a tool has to be an object");
  const names = Object.keys(membersOf(tool)).filter((name) => name !== "functionDeclarations");
  return names.map((name) => OUTSIDE_NAMES.get(name) ?? snakeCase(name));
}
