import fc from "fast-check";
import { expect, test } from "vitest";
import { EventDecoder } from "./event-decoder.ts";

const decode = (...pieces: readonly (string | Uint8Array)[]) => {
  const decoder = new EventDecoder({ eventBytesMax: 1 << 20 });
  return pieces.flatMap((piece) => decoder.push(typeof piece === "string" ? Buffer.from(piece) : piece));
};

// The examples of WHATWG HTML, section 9.2.6.
test("the examples of the specification", () => {
  expect(decode("data: YHOO\ndata: +2\ndata: 10\n\n")).toEqual([{ data: "YHOO\n+2\n10", event: "message" }]);
  const streams =
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
  expect(decode(`${streams}\n`)).toEqual([
    { data: "first event", event: "message", id: "1" },
    { data: "second event", event: "message", id: "" },
    { data: " third event", event: "message", id: "" },
  ]);
  // What no blank line ended is never an event.
  expect(decode(streams)).toHaveLength(2);
  expect(decode("data\n\ndata\ndata\n\ndata:")).toEqual([
    { data: "", event: "message" },
    { data: "\n", event: "message" },
  ]);
  expect(decode("data:test\n\ndata: test\n\n")).toEqual([
    { data: "test", event: "message" },
    { data: "test", event: "message" },
  ]);
});

test("a name without data is no event, and does not stick to the next", () => {
  expect(decode("event: lost\n\ndata: x\n\n")).toEqual([{ data: "x", event: "message" }]);
});

test("a byte order mark is passed over at the beginning only", () => {
  expect(decode("\ufeffdata: a\n\ndata: \ufeffb\n\n")).toEqual([
    { data: "a", event: "message" },
    { data: "\ufeffb", event: "message" },
  ]);
});

test("an identifier with a NUL is none", () => {
  expect(decode("id: a\nid: b\0c\ndata: x\n\n")).toEqual([{ data: "x", event: "message", id: "a" }]);
});

test("whatever the pieces, and whichever line ends, the events are the same", () => {
  const word = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n\0]/g, ""));
  const event = fc.record({ data: fc.array(word, { minLength: 1 }), event: word });
  const streams = fc.tuple(fc.array(event), fc.constantFrom("\n", "\r", "\r\n"), fc.array(fc.nat(40)));
  fc.assert(
    fc.property(streams, ([events, end, cuts]) => {
      const text = events
        .map(({ data, event: name }) =>
          [`event:${name}`, ...data.map((line) => `data: ${line}`), "", ""].join(end),
        )
        .join("");
      const bytes = Buffer.from(text);
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const cut of cuts) {
        pieces.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      pieces.push(bytes.subarray(at));
      const expected = events.map(({ data, event: name }) => ({
        data: data.join("\n"),
        // One space behind the colon belongs to the format.
        event: name.replace(/^ /, "") || "message",
      }));
      expect(decode(...pieces)).toEqual(expected);
      expect(decode(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
    }),
  );
});

test("an event, or a line, beyond the limit ends the stream", () => {
  const code = (text: string) => {
    try {
      new EventDecoder({ eventBytesMax: 16 }).push(Buffer.from(text));
    } catch (error) {
      return (error as { code: string }).code;
    }
    return undefined;
  };
  expect(code("data: 0123456789a\n\n")).toBe("MESSAGE_TOO_LONG");
  expect(code("data: 0\ndata: 1\ndata: 2\n\n")).toBe("MESSAGE_TOO_LONG");
  expect(code("data: 0\n\ndata: 1\n\ndata: 2\n\n")).toBeUndefined();
});

test("any bytes are taken", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      for (const { data } of decode(bytes)) expect(typeof data).toBe("string");
    }),
  );
});
