import { pieces, type ScriptedUsage, type Seen, type Step, USAGE } from "./script.ts";

interface Content {
  readonly type: string;
  readonly [member: string]: unknown;
}

interface Body {
  readonly messages?: readonly { readonly role: string; readonly content: string | readonly Content[] }[];
  readonly model?: string;
  readonly tools?: readonly { readonly name: string }[];
}

export function seenByAnthropic(body: Body): Seen {
  const turns = (body.messages ?? []).flatMap(({ content, role }) => {
    const blocks = typeof content === "string" ? [{ text: content, type: "text" }] : content;
    return blocks.map((block) => ({
      calls: block.type === "tool_use" ? 1 : 0,
      role: block.type === "tool_result" ? ("tool" as const) : (role as "user" | "assistant" | "system"),
      text: block.type === "text" ? String(block["text"]) : "",
    }));
  });
  return { model: body.model ?? "", tools: (body.tools ?? []).map(({ name }) => name), turns };
}

/** The whole answer, and the events of a stream of it. */
export function anthropicAnswer(step: Step, model: string, newId: (prefix: string) => string) {
  const content: Content[] = [
    ...(step.thinking === undefined
      ? []
      : [{ signature: "c2ln", thinking: step.thinking, type: "thinking" }]),
    ...(step.text === undefined ? [] : [{ text: step.text, type: "text" }]),
    ...(step.calls ?? []).map(({ input, name }) => ({ id: newId("toolu_"), input, name, type: "tool_use" })),
  ];
  const usage = usageOf({ ...USAGE, ...step.usage });
  const stop_reason = step.calls === undefined ? "end_turn" : "tool_use";
  const message = {
    content,
    id: newId("msg_"),
    model,
    role: "assistant",
    stop_reason,
    stop_sequence: null,
    type: "message",
    usage,
  };
  const events = [
    {
      message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
      type: "message_start",
    },
    { type: "ping" },
    ...content.flatMap((block, index) => blockEvents(block, index)),
    {
      delta: { stop_reason, stop_sequence: null },
      type: "message_delta",
      usage: { output_tokens: usage.output_tokens },
    },
    { type: "message_stop" },
  ];
  return {
    events: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    whole: message,
  };
}

function blockEvents(block: Content, index: number): { readonly type: string }[] {
  const delta = (inner: object) => ({ delta: inner, index, type: "content_block_delta" });
  const deltas = {
    text: () => pieces(String(block["text"])).map((text) => delta({ text, type: "text_delta" })),
    thinking: () => [
      ...pieces(String(block["thinking"])).map((thinking) => delta({ thinking, type: "thinking_delta" })),
      delta({ signature: block["signature"], type: "signature_delta" }),
    ],
    tool_use: () =>
      pieces(JSON.stringify(block["input"])).map((partial_json) =>
        delta({ partial_json, type: "input_json_delta" }),
      ),
  }[block.type as "text" | "thinking" | "tool_use"]();
  const empty = { text: { text: "" }, thinking: { signature: "", thinking: "" }, tool_use: { input: {} } }[
    block.type as "text" | "thinking" | "tool_use"
  ];
  return [
    { content_block: { ...block, ...empty }, index, type: "content_block_start" } as {
      readonly type: string;
    },
    ...deltas,
    { index, type: "content_block_stop" } as { readonly type: string },
  ];
}

function usageOf({ cacheRead, cacheWrite, input, output }: ScriptedUsage) {
  return {
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    input_tokens: input,
    output_tokens: output,
  };
}

export const anthropicError = (status: number) => ({
  error: { message: `scripted ${status}`, type: status === 529 ? "overloaded_error" : "api_error" },
  type: "error",
});
