import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerHold, isQuiet } from "./answer-hold.ts";
import { dialectOf } from "./providers.ts";

const LAST = 'data: {"type":"message_stop"}\n\n';
const last = dialectOf("messages").lastEvent;

function cut(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return at < bytes.length ? [...pieces, bytes.subarray(at)] : pieces;
}

test("whatever the pieces, everything comes, and the last event not before its release", () => {
  const event = fc.constantFrom(
    'data: {"type":"ping"}\n\n',
    // These only speak of it.
    'data: {"type":"content_block_start","content_block":{"name":"message_stop"}}\n\n',
    'data: {"a":{"type":"message_stop"}}\r\n\r\n',
    ': "message_stop"\n\n',
    'event: "message_stop"\n\n',
    'data: "message_stop" no JSON\n\n',
  );
  fc.assert(
    fc.property(
      fc.array(event),
      fc.boolean(),
      fc.array(fc.integer({ max: 9, min: 1 })),
      (events, isWhole, sizes) => {
        const text = `${events.join("")}${isWhole ? LAST : ""}`;
        const hold = new AnswerHold(last);
        let atOnce = "";
        for (const piece of cut(text, sizes))
          for (const free of hold.take(piece)) atOnce += free.toString("latin1");
        expect(hold.hasEnded).toBe(isWhole);
        const later = Buffer.concat(hold.release()).toString("latin1");
        expect(atOnce + later).toBe(text);
        if (isWhole) expect(atOnce.length).toBeLessThan(text.length - 1);
        else expect(later).toBe("");
      },
    ),
  );
});

test("whatever the pieces and the line ends, the last event is seen where it was seen line by line", () => {
  const line = fc.constantFrom(
    'data: {"type":"message_stop"}',
    'data: {"type":"error"}',
    'data: {"type":"ping","text":"\\"message_stop\\""}',
    ' data: {"type":"message_stop"}',
    '"message_stop"',
    "data: 1",
    "",
  );
  const lines = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")));
  fc.assert(
    fc.property(lines, fc.array(fc.integer({ max: 60, min: 1 })), (written, sizes) => {
      const text = written.flat().join("");
      const hold = new AnswerHold(last);
      let free = 0;
      for (const piece of cut(text, sizes)) for (const each of hold.take(piece)) free += each.length;
      const at = /(?<=^|[\r\n])data: \{"type":"(message_stop|error)"\}(?=[\r\n])/.exec(text);
      const kept = Buffer.concat(hold.release()).length;
      expect(free + kept).toBe(text.length);
      if (at === null) expect(kept).toBe(0);
      // The piece that brings the end of that line is kept, and all behind it.
      else expect(free).toBeLessThanOrEqual(at.index + at[0].length);
    }),
  );
});

test("each provider's last event is told from texts that speak of it", () => {
  const cases = [
    ["messages", '{"type":"error","error":{}}', '{"type":"message_start","message":{"x":"message_stop"}}'],
    [
      "responses",
      '{"type":"response.completed"}',
      '{"type":"response.created","response":{"metadata":{"a":"response.completed"}}}',
    ],
    ["chat.completions", "[DONE]", '{"choices":[{"delta":{"content":"data: [DONE]"}}]}'],
    [
      "generateContent",
      '{"candidates":[{"finishReason":"STOP"}]}',
      '{"candidates":[{"content":{"finishReason":"STOP"}}]}',
    ],
  ] as const;
  for (const [name, end, other] of cases) {
    const { lastEvent } = dialectOf(name);
    expect(lastEvent.isLast(end), name).toBe(true);
    expect(lastEvent.isLast(other), name).toBe(false);
    expect(
      lastEvent.marks.some((mark) => end.includes(mark)),
      name,
    ).toBe(true);
  }
});

test("where nobody can see events, the newest kilobytes wait for others", () => {
  const hold = new AnswerHold();
  const pieces = Array.from({ length: 20 }, (_, at) => Buffer.alloc(1000, at));
  const free = pieces.flatMap((piece) => hold.take(piece));
  const kept = hold.release();
  expect(Buffer.concat([...free, ...kept])).toEqual(Buffer.concat(pieces));
  expect(Buffer.concat(kept).length).toBeGreaterThanOrEqual(4096);
  expect(Buffer.concat(kept).length).toBeLessThan(6000);
});

test("a provider that goes on after the last event is not kept for ever", () => {
  const hold = new AnswerHold(last);
  hold.take(Buffer.from(LAST));
  expect(() => {
    for (let n = 0; n < 100; n += 1) hold.take(Buffer.alloc(10_000, "x"));
  }).toThrow("went on");
});

test("line ends and comments say nothing", () => {
  for (const quiet of ["", "\n", "\r\n\r\n", ": ping\n\n", ":"])
    expect(isQuiet(Buffer.from(quiet))).toBe(true);
  for (const loud of ["data: x\n\n", ": a\ndata:x", " "]) expect(isQuiet(Buffer.from(loud))).toBe(false);
});
