import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "./block.ts";
import { ConversationMemory } from "./memory.ts";
import { Turns } from "./turns.ts";

const text = (role: Block["role"], said: string): Block => ({
  kind: "text",
  role,
  text: said,
  value: { text: said },
});
const user = (said: string) => text("user", said);
const assistant = (said: string) => text("assistant", said);
const call = (id: string): Block => ({
  kind: "tool-call",
  role: "assistant",
  text: "{}",
  tool: { id, name: "sh" },
  value: { call: id },
});
const result = (id: string, said = id): Block => ({
  kind: "tool-result",
  role: "tool",
  text: said,
  tool: { id },
  value: { result: said },
});
const settings = (model: string): Block => ({ kind: "settings", role: "system", text: "", value: { model } });

function session() {
  const memory = new ConversationMemory("m");
  const turns = new Turns();
  return {
    answered: (...blocks: Block[]) => turns.answered(blocks),
    asked: (...blocks: Block[]) => {
      const { results, spoken } = turns.asked(blocks, memory.note(blocks).numbers);
      return { results: results.map(({ tool }) => tool?.id), spoken: spoken?.text };
    },
  };
}

test("words that are said again are new where the conversation has moved on, and not where it is tried again", () => {
  const { asked } = session();
  const first = [user("go"), assistant("A"), user("continue")];
  const second = [...first, assistant("B"), user("continue")];
  const third = [...second, assistant("B"), user("continue")];
  expect(asked(user("go")).spoken).toBe("go");
  for (const blocks of [first, second, third]) {
    expect(asked(settings("one"), ...blocks).spoken).toBe("continue");
    expect(asked(settings("one"), ...blocks).spoken).toBeUndefined();
    // A client that tries again with another model, or adds a reminder, says nothing new either.
    expect(asked(settings("two"), ...blocks).spoken).toBeUndefined();
    expect(
      asked(settings("one"), user("<system-reminder>x</system-reminder>"), ...blocks).spoken,
    ).toBeUndefined();
  }
});

test("a side request with the same words, for a title or a route, is no second prompt", () => {
  const { asked } = session();
  expect(asked(text("system", "name it"), user("Generate a title:"), user("fix it")).spoken).toBe("fix it");
  expect(asked(text("system", "be an agent"), user("fix it")).spoken).toBeUndefined();
  // A router is shown the turns without the calls.
  expect(asked(user("fix it"), assistant("done"), user("more")).spoken).toBe("more");
  expect(
    asked(user("fix it"), call("1"), result("1"), assistant("done"), user("more")).spoken,
  ).toBeUndefined();
});

test("a conversation that was cut short goes on with words that were said before", () => {
  const { asked } = session();
  const long = [user("go"), assistant("A"), user("continue"), assistant("B"), user("continue")];
  asked(user("go"));
  asked(...long.slice(0, 3));
  asked(...long);
  expect(asked(user("a summary"), assistant("understood"), user("continue")).spoken).toBe("continue");
});

test("however a person repeats themselves, each turn is one prompt, and each retry is none", () => {
  const words = fc.constantFrom("continue", "yes", "again");
  const turn = fc.record({ answer: words, tries: fc.integer({ max: 3, min: 1 }), tools: fc.nat(3), words });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
      const { answered, asked } = session();
      const history: Block[] = [];
      let calls = 0;
      for (const { answer, tools, tries, words: said } of turns) {
        history.push(user(said));
        expect(asked(...history).spoken).toBe(said);
        for (let n = 1; n < tries; n += 1) expect(asked(...history).spoken).toBeUndefined();
        for (let n = 0; n < tools; n += 1) {
          const id = `t${calls++}`;
          answered(call(id));
          history.push(call(id), result(id, "ok"));
          expect(asked(...history)).toEqual({ results: [id], spoken: undefined });
          for (let again = 1; again < tries; again += 1)
            expect(asked(...history)).toEqual({ results: [], spoken: undefined });
        }
        history.push(assistant(answer));
      }
    }),
  );
});

test("after a restart only the results that this request brings are told, and not those of the history", () => {
  const { asked } = session();
  const history = Array.from({ length: 50 }, (_, n) => [call(`t${n}`), result(`t${n}`)]).flat();
  expect(asked(user("go"), ...history).results).toEqual(["t49"]);
  expect(asked(user("go"), ...history, call("u"), call("v"), result("u"), result("v")).results).toEqual([
    "u",
    "v",
  ]);
});

test("a result that stands right behind its call, before another call, is told as well", () => {
  const { answered, asked } = session();
  answered(call("a"), call("b"));
  const blocks = [user("go"), call("a"), result("a"), call("b"), result("b")];
  expect(asked(...blocks).results).toEqual(["a", "b"]);
  expect(asked(...blocks).results).toEqual([]);
});

test("equal results of two calls are two", () => {
  const { asked } = session();
  expect(asked(user("go"), call("a"), call("b"), result("a", "ok"), result("b", "ok")).results).toEqual([
    "a",
    "b",
  ]);
});
