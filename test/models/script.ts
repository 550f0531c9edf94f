/** What the scripted model does next. */
export interface Step {
  readonly calls?: readonly ScriptedCall[];
  /** Answers with this instead, so often. */
  readonly error?: { readonly status: number; readonly times: number };
  readonly text?: string;
  readonly thinking?: string;
  readonly usage?: Partial<ScriptedUsage>;
}

export interface ScriptedCall {
  readonly input: object;
  readonly name: string;
  /** Of tools that are offered in groups, which only OpenAI's Responses have. */
  readonly namespace?: string;
}

export interface ScriptedUsage {
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
}

export const USAGE: ScriptedUsage = { cacheRead: 70, cacheWrite: 0, input: 1200, output: 34, reasoning: 5 };

/** A request as all dialects have it: what was said, oldest first, and the tools that there are. */
export interface Seen {
  readonly model: string;
  readonly tools: readonly string[];
  readonly turns: readonly {
    readonly role: "user" | "assistant" | "tool" | "system";
    readonly text: string;
    readonly calls: number;
  }[];
}

/** Says what to answer. */
export type Script = (seen: Seen) => Step;

/** What the person said last; programs add texts of their own in the user's name. */
function promptIn({ turns }: Seen): string {
  const said = turns.filter(
    ({ role, text }) => role === "user" && text.trim() !== "" && !/^\s*(<|# AGENTS)/.test(text),
  );
  return said.at(-1)?.text ?? "";
}

/** How many times the model has called tools since then. */
function callsSince({ turns }: Seen, prompt: string): number {
  const at = turns.findLastIndex(({ role, text }) => role === "user" && text === prompt);
  return turns.slice(at + 1).filter(({ calls }) => calls > 0).length;
}

/** One list of steps for each prompt that contains its name; the last step is repeated. */
export function scripted(steps: Readonly<Record<string, readonly Step[]>>): Script {
  return (seen) => {
    const prompt = promptIn(seen);
    // Some programs have a title made of the prompt, beside what was asked.
    if (seen.turns.some(({ text }) => text.startsWith("Generate a title"))) return { text: "a title" };
    const [, list] = Object.entries(steps).find(([name]) => prompt.includes(name)) ?? [];
    return list?.[Math.min(callsSince(seen, prompt), list.length - 1)] ?? { text: "ok" };
  };
}

/** A text in pieces, as a model's stream has it. */
export function pieces(text: string): readonly string[] {
  return text.match(/[\s\S]{1,7}/gu) ?? [];
}
