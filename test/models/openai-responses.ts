import { pieces, type Seen, type Step, USAGE } from "./script.ts";

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly encrypted_content?: string; readonly text?: string }[];
}

interface Body {
  readonly input?: string | readonly Item[];
  readonly model?: string;
  readonly tools?: readonly { readonly name?: string; readonly type: string }[];
}

export function seenByResponses(body: Body): Seen {
  const items = typeof body.input === "string" ? [{ content: body.input, role: "user" }] : (body.input ?? []);
  const turns = items.map((item) => {
    const type = (item as Item).type ?? "message";
    const isCall = /_call$/.test(type);
    const isResult = /_output$/.test(type);
    const text = textOf(item.content);
    // What one agent asks another for stands where a person's words would.
    const isTask = type === "agent_message" && text.includes("NEW_TASK");
    const role = isCall ? "assistant" : isResult ? "tool" : isTask ? "user" : (item.role ?? "assistant");
    return { calls: isCall ? 1 : 0, role: role as "user", text };
  });
  return {
    model: body.model ?? "",
    tools: (body.tools ?? []).map(({ name, type }) => name ?? type),
    turns,
  };
}

function textOf(content: Item["content"]): string {
  if (typeof content === "string") return content;
  // Only the provider itself can read what it has encrypted; here that is the script.
  return (content ?? []).map(({ encrypted_content, text = encrypted_content ?? "" }) => text).join("\n");
}

type Event = { readonly type: string; readonly [member: string]: unknown };

export function responsesAnswer(step: Step, model: string, newId: (prefix: string) => string) {
  const output = [
    ...(step.thinking === undefined
      ? []
      : [{ id: newId("rs_"), summary: [{ text: step.thinking, type: "summary_text" }], type: "reasoning" }]),
    ...(step.text === undefined
      ? []
      : [
          {
            content: [{ annotations: [], text: step.text, type: "output_text" }],
            id: newId("msg_"),
            role: "assistant",
            status: "completed",
            type: "message",
          },
        ]),
    ...(step.calls ?? []).map(({ input, name, namespace }) => ({
      arguments: JSON.stringify(input),
      call_id: newId("call_"),
      id: newId("fc_"),
      name,
      ...(namespace === undefined ? undefined : { namespace }),
      status: "completed",
      type: "function_call",
    })),
  ];
  const { cacheRead, input, output: out, reasoning } = { ...USAGE, ...step.usage };
  const whole = {
    created_at: 1,
    error: null,
    id: newId("resp_"),
    incomplete_details: null,
    model,
    object: "response",
    output,
    parallel_tool_calls: true,
    status: "completed",
    tools: [],
    usage: {
      input_tokens: input + cacheRead,
      input_tokens_details: { cached_tokens: cacheRead },
      output_tokens: out,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + cacheRead + out,
    },
  };
  const begun = { ...whole, output: [], status: "in_progress", usage: null };
  const events: Event[] = [
    { response: begun, type: "response.created" },
    { response: begun, type: "response.in_progress" },
    ...output.flatMap(itemEvents),
    { response: whole, type: "response.completed" },
  ];
  return {
    events: events.map(
      (event, sequence_number) =>
        `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`,
    ),
    whole,
  };
}

function itemEvents(item: { readonly id: string; readonly type: string }, output_index: number): Event[] {
  const at = { item_id: item.id, output_index };
  const done = { item, output_index, type: "response.output_item.done" };
  if (item.type === "message") {
    const { content } = item as unknown as { content: [{ text: string }] };
    const part = { content_index: 0, ...at };
    return [
      {
        item: { ...item, content: [], status: "in_progress" },
        output_index,
        type: "response.output_item.added",
      },
      {
        ...part,
        part: { annotations: [], text: "", type: "output_text" },
        type: "response.content_part.added",
      },
      ...pieces(content[0].text).map((delta) => ({ ...part, delta, type: "response.output_text.delta" })),
      { ...part, text: content[0].text, type: "response.output_text.done" },
      { ...part, part: content[0], type: "response.content_part.done" },
      done,
    ];
  }
  if (item.type === "function_call") {
    const { arguments: given } = item as unknown as { arguments: string };
    return [
      {
        item: { ...item, arguments: "", status: "in_progress" },
        output_index,
        type: "response.output_item.added",
      },
      ...pieces(given).map((delta) => ({ ...at, delta, type: "response.function_call_arguments.delta" })),
      { ...at, arguments: given, type: "response.function_call_arguments.done" },
      done,
    ];
  }
  return [{ item, output_index, type: "response.output_item.added" }, done];
}
