import fc from "fast-check";
import { expect, test } from "vitest";
import { anthropicAnswer } from "../../../../test/models/anthropic.ts";
import { geminiAnswer } from "../../../../test/models/gemini.ts";
import { chatAnswer } from "../../../../test/models/openai-chat.ts";
import { responsesAnswer } from "../../../../test/models/openai-responses.ts";
import type { Step } from "../../../../test/models/script.ts";
import { ConversationMemory } from "./conversation/memory.ts";
import { Turns } from "./conversation/turns.ts";
import type { Dialect } from "./provider.ts";
import { dialectOf } from "./providers.ts";
import { ExchangeReading } from "./reading/exchange-reading.ts";

const STEP: Step = {
  calls: [
    { input: { command: "psql -c 'DELETE FROM orders'" }, name: "Bash" },
    { input: { file: "a" }, name: "Read" },
  ],
  text: "I shall delete all orders",
};

const newId = (prefix: string) => `${prefix}1`;
const streams: readonly (readonly [Dialect["name"], readonly string[]])[] = [
  ["messages", anthropicAnswer(STEP, "m", newId).events],
  ["responses", responsesAnswer(STEP, "m", newId).events],
  ["chat.completions", chatAnswer(STEP, { model: "m" }, newId).events],
  ["generateContent", geminiAnswer(STEP, "m", newId).events],
];

function read(name: Dialect["name"], bytes: Buffer) {
  const reading = new ExchangeReading({
    dialect: dialectOf(name),
    memory: new ConversationMemory("memory"),
    model: "",
    redact: (text) => text,
    turns: new Turns(),
  });
  return reading.answer({ codings: "", isStream: true }, bytes);
}

test.each(streams)(
  "%s: wherever a stream breaks off, only calls that came to their end are calls",
  (name, events) => {
    const stream = Buffer.from(events.join(""));
    const calls = STEP.calls?.map(({ input, name: tool }) => [tool, input]) ?? [];
    expect(read(name, stream).calls).toHaveLength(calls.length);
    fc.assert(
      fc.property(fc.nat(stream.length), (end) => {
        const { calls: opened } = read(name, stream.subarray(0, end));
        const inputs = opened.map(({ input, name: tool }) => [tool, JSON.parse(input.text)]);
        expect(inputs).toEqual(calls.slice(0, inputs.length));
      }),
      { numRuns: 300 },
    );
  },
);

test.each(streams)("%s: a call whose end did not come is kept, and is none", (name, events) => {
  const at = events.findIndex((event) => event.includes('"Bash"'));
  const { body, calls } = read(name, Buffer.from(events.slice(0, at + 1).join("")));
  expect(body).toContain("Bash");
  // Gemini sends each call in one piece, which is whole or not there.
  expect(calls.map((call) => call.name)).toEqual(name === "generateContent" ? ["Bash", "Read"] : []);
});
