import { pieces, type Seen, type Step, USAGE } from "./script.ts";

interface Body {
  readonly messages?: readonly {
    readonly role: string;
    readonly content?: string | readonly { readonly text?: string }[] | null;
    readonly tool_calls?: readonly unknown[];
  }[];
  readonly model?: string;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly { readonly function?: { readonly name: string } }[];
}

export function seenByChat(body: Body): Seen {
  const turns = (body.messages ?? []).map(({ content, role, tool_calls }) => ({
    calls: tool_calls?.length ?? 0,
    role: role as "user",
    text: typeof content === "string" ? content : (content ?? []).map(({ text = "" }) => text).join("\n"),
  }));
  return {
    model: body.model ?? "",
    tools: (body.tools ?? []).map((tool) => tool.function?.name ?? ""),
    turns,
  };
}

export function chatAnswer(step: Step, body: Body, newId: (prefix: string) => string) {
  const calls = (step.calls ?? []).map(({ input, name }, index) => ({
    function: { arguments: JSON.stringify(input), name },
    id: newId("call_"),
    index,
    type: "function",
  }));
  const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
  const { cacheRead, input, output, reasoning } = { ...USAGE, ...step.usage };
  const usage = {
    completion_tokens: output,
    completion_tokens_details: { reasoning_tokens: reasoning },
    prompt_tokens: input + cacheRead,
    prompt_tokens_details: { cached_tokens: cacheRead },
    total_tokens: input + cacheRead + output,
  };
  const base = { created: 1, id: newId("chatcmpl-"), model: body.model ?? "" };
  const message = {
    content: step.text ?? null,
    role: "assistant",
    ...(calls.length === 0 ? undefined : { tool_calls: calls.map(({ index: _, ...call }) => call) }),
  };
  const chunk = (delta: object, finish: string | null = null) => ({
    ...base,
    choices: [{ delta, finish_reason: finish, index: 0 }],
    object: "chat.completion.chunk",
  });
  const events = [
    chunk({ content: "", role: "assistant" }),
    ...pieces(step.text ?? "").map((content) => chunk({ content })),
    ...calls.flatMap((call) => [
      chunk({ tool_calls: [{ ...call, function: { ...call.function, arguments: "" } }] }),
      ...pieces(call.function.arguments).map((piece) =>
        chunk({ tool_calls: [{ function: { arguments: piece }, index: call.index }] }),
      ),
    ]),
    chunk({}, finish_reason),
    ...(body.stream_options?.include_usage === true
      ? [{ ...base, choices: [], object: "chat.completion.chunk", usage }]
      : []),
  ];
  return {
    events: [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), "data: [DONE]\n\n"],
    whole: { ...base, choices: [{ finish_reason, index: 0, message }], object: "chat.completion", usage },
  };
}

export const openaiError = (status: number) => ({
  error: { code: null, message: `scripted ${status}`, param: null, type: "server_error" },
});
