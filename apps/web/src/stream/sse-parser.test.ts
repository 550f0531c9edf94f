import fc from "fast-check";
import { expect, test } from "vitest";
import { SseParser, type StreamEvent } from "./sse-parser.ts";

test("an event has its name, its data of several lines, and the last id", () => {
  const events = new SseParser().push(
    "\ufeff: hello\nid: 7\nevent: record\ndata: a\ndata:b\n\ndata\n\n: end\n\n",
  );
  expect(events).toEqual([
    { event: "record", data: "a\nb", id: "7" },
    { event: "message", data: "", id: "7" },
  ]);
});

test("an event without data, and one that was not ended, are not events", () => {
  expect(new SseParser().push("event: record\nid: 1\n\ndata: half")).toEqual([]);
});

test("an id with a zero byte is passed over", () => {
  expect(new SseParser().push("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n").map(({ id }) => id)).toEqual([
    "1",
    "1",
  ]);
});

const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n\0]/.test(text));
const event = fc.record({
  event: line.filter((name) => name !== ""),
  data: fc.array(line, { minLength: 1 }),
});

test("however a stream is cut, and whatever ends its lines, the events are the same", () => {
  fc.assert(
    fc.property(
      fc.array(event),
      fc.constantFrom("\n", "\r", "\r\n"),
      fc.array(fc.nat(40)),
      (events, newline, cuts) => {
        const text = events
          .map(({ event, data }, at) => [
            `id: ${at}`,
            `event: ${event}`,
            ...data.map((part) => `data: ${part}`),
            "",
          ])
          .flatMap((lines) => lines.map((one) => one + newline))
          .join("");
        const parser = new SseParser();
        // The last carriage return could be half of a line's end: what follows decides.
        const found = [...pieces(text, cuts), ":\n"].flatMap((piece) => parser.push(piece));
        const sent: StreamEvent[] = events.map(({ event, data }, at) => ({
          event,
          data: data.join("\n"),
          id: `${at}`,
        }));
        expect(found).toEqual(sent);
      },
    ),
    { numRuns: 500 },
  );
});

function pieces(text: string, lengths: readonly number[]): string[] {
  const found: string[] = [];
  let at = 0;
  for (const length of lengths) {
    found.push(text.slice(at, at + length));
    at += length;
  }
  return [...found, text.slice(at)];
}
