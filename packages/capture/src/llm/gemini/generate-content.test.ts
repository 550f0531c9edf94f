import fc from "fast-check";
import { expect, test } from "vitest";
import { dialectOf } from "../providers.ts";

const dialect = dialectOf("generateContent");
const read = (body: object) => dialect.readRequest(body, "m");
const saidIn = (body: object) =>
  read(body)
    .blocks.filter(({ kind }) => kind !== "settings" && kind !== "tools")
    .map(({ kind, role, text, tool }) => [kind, role, text, tool?.id]);

test("an object where a list is meant is a list of one", () => {
  expect(saidIn({ contents: { parts: { text: "delete all orders" } } })).toEqual([
    ["text", "user", "delete all orders", undefined],
  ]);
  expect(read({ contents: [], tools: { codeExecution: {} } }).outside).toEqual(["code_execution"]);
  const answer = dialect.newAnswer();
  answer.whole({ candidates: { content: { parts: { text: "done" } }, finishReason: "STOP" } });
  expect(answer.answer().blocks.map(({ text }) => text)).toEqual(["done"]);
});

test("members are read by either of their spellings, and never by both", () => {
  const parts = [{ function_call: { args: { a: 1 }, name: "sh" } }];
  const body = {
    contents: [
      { parts, role: "model" },
      { parts: [{ function_response: { name: "sh", response: { output: "x" } } }], role: "user" },
    ],
    generation_config: { candidate_count: 3, max_output_tokens: 50 },
    system_instruction: { parts: { text: "be kind" } },
  };
  expect(saidIn(body)).toEqual([
    ["text", "system", "be kind", undefined],
    ["tool-call", "assistant", '{"a":1}', "sh#1"],
    ["tool-result", "tool", "x", "sh#1"],
  ]);
  expect(read(body).outputTokensMax).toBe(150);
  const both: readonly object[] = [
    { systemInstruction: {}, system_instruction: {} },
    { generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } },
    { tools: [{ googleSearch: {}, google_search: {} }] },
    { contents: [{ parts: [{ functionCall: {}, function_call: {} }] }] },
    { contents: [{ parts: [{ functionCall: { name: "a" }, text: "b" }] }], tools: ["codeExecution"] },
  ];
  for (const wrong of both) expect(() => read(wrong)).toThrow(/.+/);
});

test("every tool that the client does not declare itself works outside, by its own name", () => {
  const outsideOf = (tool: object) => read({ tools: [{ functionDeclarations: [] }, tool] }).outside;
  expect(outsideOf({ google_search: {} })).toEqual(["web_search"]);
  expect(outsideOf({ googleSearchRetrieval: {} })).toEqual(["web_search"]);
  expect(outsideOf({ enterpriseWebSearch: {} })).toEqual(["web_search"]);
  expect(outsideOf({ google_maps: {} })).toEqual(["web_search"]);
  expect(outsideOf({ url_context: {} })).toEqual(["web_fetch"]);
  expect(outsideOf({ computer_use: {} })).toEqual(["computer_use"]);
  expect(outsideOf({ mcp_servers: [] })).toEqual(["mcp_servers"]);
  expect(outsideOf({ somethingQuiteNew: {} })).toEqual(["something_quite_new"]);
  expect(outsideOf({ constructor: 1 })).toEqual(["constructor"]);
  expect(outsideOf(JSON.parse('{"__proto__":{"functionDeclarations":[]}}'))).toEqual(["__proto__"]);
  expect(outsideOf({ codeExecution: null, function_declarations: [] })).toEqual([]);
});

const call = (name: string) => ({ functionCall: { args: {}, name } });
const result = (name: string) => ({ functionResponse: { name, response: { output: "same" } } });
const user = (...parts: object[]) => ({ parts, role: "user" });
const model = (...parts: object[]) => ({ parts, role: "model" });

test("calls without identifiers are told apart by their numbers, and results have those of their calls", () => {
  const contents = [
    user({ text: "go" }),
    model(call("sh"), call("sh"), call("read")),
    user(result("sh"), result("sh"), result("read")),
  ];
  const ids = (body: object, kind: string) =>
    read(body)
      .blocks.filter((block) => block.kind === kind)
      .map(({ tool }) => tool?.id);
  expect(ids({ contents }, "tool-call")).toEqual(["sh#1", "sh#2", "read#1"]);
  expect(ids({ contents }, "tool-result")).toEqual(["sh#1", "sh#2", "read#1"]);
  const answer = dialect.newAnswer(read({ contents }));
  answer.whole({ candidates: [{ content: model(call("sh"), call("read")), finishReason: "STOP" }] });
  expect(answer.answer().blocks.map(({ tool }) => tool?.id)).toEqual(["sh#3", "read#2"]);
  // A call that was broken off takes no result away from the next one.
  const broken = [model(call("sh")), user({ text: "stop" }), model(call("sh")), user(result("sh"))];
  expect(ids({ contents: broken }, "tool-result")).toEqual(["sh#2"]);
  // A turn can come in two pieces.
  const pieces = [model(call("sh")), model(call("sh")), user(result("sh")), user(result("sh"))];
  expect(ids({ contents: pieces }, "tool-result")).toEqual(["sh#1", "sh#2"]);
});

test("whatever a conversation calls, each result belongs to the call that it answers", () => {
  const turns = fc.array(fc.array(fc.constantFrom("a", "b"), { maxLength: 4, minLength: 1 }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(turns, (rounds) => {
      const contents = rounds.flatMap((names) => [model(...names.map(call)), user(...names.map(result))]);
      const blocks = read({ contents }).blocks;
      const idsOf = (kind: string) => blocks.filter((b) => b.kind === kind).map(({ tool }) => tool?.id);
      expect(idsOf("tool-result")).toEqual(idsOf("tool-call"));
      expect(new Set(idsOf("tool-call")).size).toBe(idsOf("tool-call").length);
    }),
  );
});

test("an identifier that a client made up for a call that had none leads to that call", () => {
  const generateContent = dialectOf("generateContent");
  const answer = generateContent.newAnswer();
  const called = (id?: string) => ({ functionCall: { args: { a: 1 }, name: "sh", ...(id && { id }) } });
  answer.whole({ candidates: [{ content: { parts: [called()], role: "model" }, finishReason: "STOP" }] });
  const opened = answer.answer().blocks.map(({ tool }) => tool?.id);
  const result = { functionResponse: { id: "sh_17_0", name: "sh", response: { output: "x" } } };
  const request = {
    contents: [
      { parts: [called("sh_17_0")], role: "model" },
      { parts: [result], role: "user" },
    ],
  };
  const { blocks } = generateContent.readRequest(request, "m");
  expect(blocks.filter(({ tool }) => tool !== undefined).map(({ tool }) => tool?.id)).toEqual([
    ...opened,
    ...opened,
  ]);
});
