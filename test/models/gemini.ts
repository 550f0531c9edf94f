import { pieces, type Seen, type Step, USAGE } from "./script.ts";

interface Part {
  readonly text?: string;
  readonly functionCall?: unknown;
  readonly functionResponse?: unknown;
}

interface Body {
  readonly contents?: readonly { readonly role?: string; readonly parts: readonly Part[] }[];
  readonly generationConfig?: { readonly responseJsonSchema?: { readonly properties?: object } };
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
}

export function seenByGemini(body: Body, model: string): Seen {
  const turns = (body.contents ?? []).flatMap(({ parts, role }) =>
    parts.map(({ functionCall, functionResponse, text = "" }) => ({
      calls: functionCall === undefined ? 0 : 1,
      role:
        functionResponse !== undefined
          ? ("tool" as const)
          : role === "model"
            ? ("assistant" as const)
            : ("user" as const),
      text,
    })),
  );
  const tools = (body.tools ?? []).flatMap((tool) =>
    (tool.functionDeclarations ?? []).map(({ name }) => name),
  );
  return { model, tools, turns };
}

/** What a program that asks for JSON gets: of each member of the schema the first value that it names, or a word. */
export function jsonAsked({ generationConfig }: Body): string | undefined {
  const properties = generationConfig?.responseJsonSchema?.properties;
  if (properties === undefined) return undefined;
  const members = Object.entries(properties as Record<string, { enum?: readonly string[] }>);
  return JSON.stringify(
    Object.fromEntries(members.map(([name, { enum: values }]) => [name, values?.[0] ?? "scripted"])),
  );
}

export function geminiAnswer(step: Step, model: string, newId: (prefix: string) => string) {
  const calls = (step.calls ?? []).map(({ input, name }) => ({ functionCall: { args: input, name } }));
  const { cacheRead, input, output, reasoning } = { ...USAGE, ...step.usage };
  const usageMetadata = {
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output - reasoning,
    promptTokenCount: input + cacheRead,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + cacheRead + output,
  };
  const base = { modelVersion: model, responseId: newId("r-") };
  const thinking = step.thinking === undefined ? [] : [{ text: step.thinking, thought: true }];
  const texts = pieces(step.text ?? "").map((text) => ({ text }));
  const one = (parts: readonly object[], finishReason?: string) => ({
    ...base,
    candidates: [{ content: { parts, role: "model" }, index: 0, ...(finishReason && { finishReason }) }],
    usageMetadata,
  });
  const whole = one(
    [...thinking, ...(step.text === undefined ? [] : [{ text: step.text }]), ...calls],
    "STOP",
  );
  const events = [
    ...thinking.map((part) => one([part])),
    ...texts.map((part) => one([part])),
    one(calls, "STOP"),
  ];
  return { events: events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`), whole };
}

export const geminiError = (status: number) => ({
  error: { code: status, message: `scripted ${status}`, status: "INTERNAL" },
});
