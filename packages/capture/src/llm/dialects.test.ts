import { expect, test } from "vitest";
import { anthropicAnswer } from "../../../../test/models/anthropic.ts";
import { geminiAnswer } from "../../../../test/models/gemini.ts";
import { chatAnswer } from "../../../../test/models/openai-chat.ts";
import { responsesAnswer } from "../../../../test/models/openai-responses.ts";
import type { Step } from "../../../../test/models/script.ts";
import { ConversationMemory } from "./conversation/memory.ts";
import { Turns } from "./conversation/turns.ts";
import type { Dialect, ProviderKind } from "./provider.ts";
import { dialectOf } from "./providers.ts";
import { ExchangeReading } from "./reading/exchange-reading.ts";

const STEP: Step = {
  calls: [
    { input: { command: "psql -c 'DELETE FROM orders'", note: "Zeile — \u{1f642}" }, name: "Bash" },
    { input: {}, name: "Read" },
  ],
  text: "I shall delete all orders — \u{1f642}, “quoted” \n and a line.",
  thinking: "let me think",
};

const newIds = () => {
  let next = 0;
  return (prefix: string) => `${prefix}${next++}`;
};

const answers: readonly (readonly [
  Dialect["name"],
  ProviderKind,
  { events: readonly string[]; whole: unknown },
])[] = [
  ["messages", "anthropic", anthropicAnswer(STEP, "claude-x", newIds())],
  ["responses", "openai", responsesAnswer(STEP, "gpt-x", newIds())],
  [
    "chat.completions",
    "openai",
    chatAnswer(STEP, { model: "gpt-x", stream_options: { include_usage: true } }, newIds()),
  ],
  ["generateContent", "gemini", geminiAnswer(STEP, "gemini-x", newIds())],
];

function read(name: Dialect["name"], isStream: boolean, pieces: readonly Buffer[]) {
  const reading = new ExchangeReading({
    dialect: dialectOf(name),
    memory: new ConversationMemory("memory"),
    model: "",
    redact: (text) => text,
    turns: new Turns(),
  });
  const { body, ...content } = reading.answer({ codings: "", isStream }, Buffer.concat(pieces));
  return { ...content, stored: JSON.parse(body) as unknown };
}

for (const [name, , { events, whole }] of answers) {
  const stream = Buffer.from(events.join(""));
  const expected = read(name, true, [stream]);

  test(`${name}: a stream reads as the whole answer does`, () => {
    const read1 = read(name, false, [Buffer.from(JSON.stringify(whole))]);
    expect(read1.text).toEqual(expected.text);
    expect(read1.calls).toEqual(expected.calls);
    expect(read1.usage).toEqual(expected.usage);
    expect(read1.stopReason).toEqual(expected.stopReason);
    expect(read1.id).toEqual(expected.id);
    expect(read1.isWhole).toBe(true);
  });

  test(`${name}: everything is in it`, () => {
    expect(expected.text.text).toBe(STEP.text);
    expect(expected.calls.map((call) => [call.name, JSON.parse(call.input.text)])).toEqual(
      STEP.calls?.map((call) => [call.name, call.input]),
    );
    const cacheRead = 70;
    expect(expected.usage).toEqual({
      cacheRead,
      cacheWrite: 0,
      input: 1200,
      output: 34,
      reasoning: name === "messages" ? 0 : 5,
    });
    expect(JSON.stringify(expected.stored)).toContain(
      "let me think" === STEP.thinking && name === "chat.completions" ? "delete" : "let me think",
    );
  });

  test(`${name}: a stream that stops in the middle is not whole, and keeps what came`, () => {
    const half = read(name, true, [stream.subarray(0, Math.floor(stream.length / 2))]);
    expect(half.isWhole).toBe(false);
    expect(half.unreadable).toBeUndefined();
  });

  test(`${name}: what is no stream of events, and no JSON, is said to be unreadable, or to be nothing`, () => {
    expect(read(name, false, [Buffer.from("<html>")]).unreadable).toBeDefined();
    const nonsense = read(name, true, [
      Buffer.from('data: {"a":\n\ndata: [1,2]\n\ndata: null\n\nevent: x\n\n'),
    ]);
    expect(nonsense.isWhole).toBe(false);
    expect(nonsense.calls).toEqual([]);
  });
}
