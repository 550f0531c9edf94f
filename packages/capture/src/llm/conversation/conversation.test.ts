import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dialectOf } from "../providers.ts";
import type { Block } from "./block.ts";
import { blockDigest } from "./block-digest.ts";
import { ConversationMemory } from "./memory.ts";
import { formatRanges, parseRanges } from "./number-ranges.ts";
import { redactValue } from "./redact-value.ts";
import { personsWords } from "./spoken.ts";
import { Turns } from "./turns.ts";

const text = (role: Block["role"], said: string): Block => ({
  kind: "text",
  role,
  text: said,
  value: { text: said },
});

test("numbers in ranges are the same numbers", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300)), (numbers) => {
      expect(parseRanges(formatRanges(numbers))).toEqual(numbers);
    }),
  );
  expect(formatRanges([0, 1, 2, 3, 7, 8, 2])).toBe("0-3,7-8,2");
  for (const wrong of ["x", "3-1", "1-", "0-99999999", ","])
    expect(() => parseRanges(wrong)).toThrow(RangeError);
});

test("each piece is stored once, and every request can be put together again", () => {
  const turns = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(turns), (requests) => {
      const memory = new ConversationMemory("m");
      const stored = new Map<number, string>();
      for (const request of requests) {
        const noted = memory.note(request.map((said) => text("user", said)));
        const { added, numbers } = noted;
        memory.stored(noted);
        for (const { block, number } of added) {
          expect(stored.has(number)).toBe(false);
          expect([...stored.values()]).not.toContain(block.text);
          stored.set(number, block.text);
        }
        const ranges = parseRanges(formatRanges(numbers));
        expect(ranges.map((number) => stored.get(number))).toEqual(request);
      }
    }),
  );
});

test("the order of members does not make another block, and whose it is does", () => {
  const one = { ...text("user", "x"), value: { a: 1, b: { c: [1, { d: 2, e: 3 }] } } };
  const same = { ...one, value: { b: { c: [1, { e: 3, d: 2 }] }, a: 1 } };
  expect(blockDigest(one)).toBe(blockDigest(same));
  expect(blockDigest(one)).not.toBe(blockDigest({ ...one, role: "assistant" }));
  expect(blockDigest(one)).not.toBe(blockDigest({ ...one, value: { a: 1, b: { c: [{ d: 2, e: 3 }, 1] } } }));
});

const values = (maxDepth: number) => fc.jsonValue({ maxDepth, stringUnit: "binary" });

test("texts that differ in half of a surrogate pair are two", () => {
  const digests = ["\ud800", "\udbff", "\udc00", "\ufffd", '"\\ud800"', "x\ud800"].map((said) =>
    blockDigest(text("user", said)),
  );
  expect(new Set(digests).size).toBe(digests.length);
});

test("two values have one digest exactly when they are the same JSON, but for the order of members", () => {
  const unordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unordered);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, member]) => [name, unordered(member)]),
    );
  };
  const digest = (value: unknown) => blockDigest({ ...text("user", ""), value });
  fc.assert(
    fc.property(values(4), values(2), (one, other) => {
      expect(digest(unordered(one))).toBe(digest(one));
      const isSame = isDeepStrictEqual(JSON.parse(JSON.stringify(other)), JSON.parse(JSON.stringify(one)));
      expect(digest(other) === digest(one)).toBe(isSame);
    }),
  );
});

test("however deeply members stand in the wrong order, a digest takes one pass", () => {
  let value: unknown = { b: 1, a: 2 };
  for (let depth = 0; depth < 190; depth += 1) value = { b: value, a: depth };
  expect(blockDigest({ ...text("user", ""), value })).toHaveLength(27);
});

test("a person's words are the newest of the user's that no program put there, and are said once", () => {
  const memory = new ConversationMemory("m");
  const turns = new Turns();
  const said = (...blocks: Block[]) => turns.asked(blocks, memory.note(blocks).numbers).spoken?.text;
  const reminder = text("user", "<system-reminder>today is Monday</system-reminder>");
  const answer = text("assistant", "done");
  const result: Block = { kind: "tool-result", role: "tool", text: "r", tool: { id: "t" }, value: { r: 1 } };
  expect(said(reminder, text("user", "first"))).toBe("first");
  expect(said(reminder, text("user", "first"))).toBeUndefined();
  expect(said(reminder, text("user", "first"), answer, result)).toBeUndefined();
  expect(
    said(reminder, text("user", "first"), answer, result, text("assistant", "all done")),
  ).toBeUndefined();
  expect(
    said(
      text("user", "first"),
      answer,
      text("user", "# AGENTS.md instructions for /x"),
      text("user", "second"),
    ),
  ).toBe("second");
  expect(said(text("user", "first"), answer, text("user", "second"), reminder)).toBeUndefined();
  expect(said(text("user", "  "))).toBeUndefined();
});

test("what programs add to a person's words is known by how it begins", () => {
  const added = [
    "<command-name>/init</command-name>",
    "<local-command-caveat>the messages below</local-command-caveat>",
    "<bash-input>ls</bash-input>",
    "<bash-stdout>x</bash-stdout><bash-stderr></bash-stderr>",
    "<ide_opened_file>a.ts</ide_opened_file>",
    "<ide_selection>a</ide_selection>",
    "<turn_aborted>\n",
    "\n<user_shell_command>ls</user_shell_command>",
    "<task-notification>done</task-notification>",
  ];
  for (const words of added) expect(personsWords([text("user", words)])).toBe(-1);
  for (const words of ["<command>", "<idea>", "bash-input"])
    expect(personsWords([text("user", words)])).toBe(0);
});

test("secrets are looked for in every text of a value, and in the names of members", () => {
  const redact = (found: string) => found.replaceAll("secret", "[mark]");
  expect(
    redactValue(
      { "a secret": ["x secret", { deep: "secret\nsecret" }], n: 1, none: null, yes: true },
      redact,
    ),
  ).toEqual({
    "a [mark]": ["x [mark]", { deep: "[mark]\n[mark]" }],
    n: 1,
    none: null,
    yes: true,
  });
  let deep: unknown = "secret";
  for (let n = 0; n < 5000; n += 1) deep = [deep];
  expect(JSON.stringify(redactValue(deep, redact))).not.toContain("secret");
});

test("whatever JSON a request is, it is read without an error", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom("messages", "responses", "chat.completions", "generateContent"),
      (body, name) => {
        const read = dialectOf(name).readRequest(body, "model");
        expect(Array.isArray(read.blocks)).toBe(true);
        const answer = dialectOf(name).newAnswer();
        answer.whole(body);
        answer.event({ data: JSON.stringify(body), event: "message" });
        expect(answer.answer().blocks).toBeDefined();
      },
    ),
  );
});

test("what Anthropic keeps for an hour is told apart", () => {
  const answer = dialectOf("messages").newAnswer();
  const cache_creation = { ephemeral_1h_input_tokens: 40, ephemeral_5m_input_tokens: 10 };
  answer.whole({
    type: "message",
    usage: { cache_creation, cache_creation_input_tokens: 50, input_tokens: 1, output_tokens: 2 },
  });
  expect(answer.answer().usage).toMatchObject({ cacheWrite: 50, cacheWriteHour: 40 });
});
