import { expect, test } from "vitest";
import type { Block } from "../conversation/block.ts";
import { dialectOf } from "../providers.ts";

const responses = dialectOf("responses");
const chat = dialectOf("chat.completions");
const kinds = (blocks: readonly Block[]) => blocks.map(({ kind, text, tool }) => [kind, text, tool?.id]);

test("a shell runs at the client's only in an environment that is local", () => {
  const outsideOf = (tool: object) => responses.readRequest({ input: "x", tools: [tool] }, "m").outside;
  expect(outsideOf({ type: "shell" })).toEqual([]);
  expect(outsideOf({ environment: null, type: "shell" })).toEqual([]);
  expect(outsideOf({ environment: { type: "local" }, type: "shell" })).toEqual([]);
  expect(outsideOf({ environment: { type: "container_auto" }, type: "shell" })).toEqual(["container"]);
  const reference = { container_id: "c", type: "container_reference" };
  expect(outsideOf({ environment: reference, type: "shell" })).toEqual(["container"]);
  expect(outsideOf({ environment: "container_auto", type: "shell" })).toEqual(["container"]);
  const hidden = { tools: [{ environment: reference, type: "shell" }], type: "namespace" };
  expect(outsideOf(hidden)).toEqual(["container"]);
});

test("what runs at the provider's is no call that a client answers", () => {
  const answer = responses.newAnswer();
  const output = [
    { action: { query: "q", type: "search" }, id: "ws", type: "web_search_call" },
    { id: "fs", queries: ["q"], type: "file_search_call" },
    { code: "1+1", id: "ci", type: "code_interpreter_call" },
    { id: "ig", result: "", type: "image_generation_call" },
    { arguments: '{"a":1}', id: "mcp", name: "n", type: "mcp_call" },
    {
      action: { commands: ["ls"] },
      call_id: "hosted",
      environment: { container_id: "c", type: "container_reference" },
      type: "shell_call",
    },
    { arguments: {}, call_id: null, execution: "server", type: "tool_search_call" },
    { arguments: "{}", call_id: "f", name: "f", type: "function_call" },
    { call_id: "c", input: "x", name: "c", type: "custom_tool_call" },
    { action: { command: ["ls"] }, call_id: "l", type: "local_shell_call" },
    {
      action: { commands: ["ls"] },
      call_id: "s",
      environment: { type: "local" },
      type: "shell_call",
    },
    { call_id: "a", operation: { path: "x" }, type: "apply_patch_call" },
    { action: { type: "click" }, call_id: "m", type: "computer_call" },
    { arguments: { q: 1 }, call_id: "t", execution: "client", type: "tool_search_call" },
  ];
  answer.whole({ id: "r", object: "response", output, status: "completed" });
  expect(kinds(answer.answer().blocks)).toEqual([
    ["other", '{"query":"q","type":"search"}', undefined],
    ["other", '["q"]', undefined],
    ["other", "1+1", undefined],
    ["other", "{}", undefined],
    ["other", '{"a":1}', undefined],
    ["other", '{"commands":["ls"]}', undefined],
    ["other", "{}", undefined],
    ["tool-call", "{}", "f"],
    ["tool-call", "x", "c"],
    ["tool-call", '{"command":["ls"]}', "l"],
    ["tool-call", '{"commands":["ls"]}', "s"],
    ["tool-call", '{"path":"x"}', "a"],
    ["tool-call", '{"type":"click"}', "m"],
    ["tool-call", '{"q":1}', "t"],
  ]);
});

test("old-style functions are called and answered as tools are", () => {
  const messages = [
    { content: "go", role: "user" },
    { content: null, function_call: { arguments: '{"a":1}', name: "f" }, role: "assistant" },
    { content: "42", name: "f", role: "function" },
  ];
  const { blocks } = chat.readRequest({ messages }, "m");
  expect(kinds(blocks.slice(1))).toEqual([
    ["text", "go", undefined],
    ["tool-call", '{"a":1}', "f"],
    ["tool-result", "42", "f"],
  ]);
  const answer = chat.newAnswer();
  for (const delta of [
    { function_call: { arguments: "", name: "f" }, role: "assistant" },
    { function_call: { arguments: '{"a":1}' } },
  ])
    answer.event({ data: JSON.stringify({ choices: [{ delta, index: 0 }] }), event: "message" });
  const finished = { choices: [{ delta: {}, finish_reason: "function_call", index: 0 }] };
  answer.event({ data: JSON.stringify(finished), event: "message" });
  expect(kinds(answer.answer().blocks)).toEqual([["tool-call", '{"a":1}', "f"]]);
});
