import { expect, test } from "vitest";
import { formatCastEvent, formatCastHeader, parseCast } from "./asciicast.ts";

test("what is written is what asciinema's own documentation shows, and is read again", () => {
  const header = { columns: 80, rows: 24, terminal: "xterm-256color", timestamp: 1_504_467_315 };
  const first = formatCastHeader(header);
  expect(JSON.parse(first)).toEqual({
    version: 3,
    term: { cols: 80, rows: 24, type: "xterm-256color" },
    timestamp: 1_504_467_315,
  });
  const events = [
    { atUs: 248_000, code: "o", data: "\u001b[1;31mHello \u001b[32mWorld!\u001b[0m\r\n" },
    { atUs: 1_249_000, code: "m", data: "" },
    { atUs: 1_249_001, code: "r", data: "90x30" },
    { atUs: 9_000_000, code: "x", data: "0" },
  ];
  let sinceUs = 0;
  const lines = events.map((event) => {
    const line = formatCastEvent(event, sinceUs);
    sinceUs = event.atUs;
    return line;
  });
  expect(lines[0]).toBe('[0.248000,"o","\\u001b[1;31mHello \\u001b[32mWorld!\\u001b[0m\\r\\n"]');
  expect(lines[2]).toBe('[0.000001,"r","90x30"]');
  expect(parseCast([first, "# a comment", ...lines, ""].join("\n"))).toEqual({ events, header });
});

test("a file of another program, with what we do not know, is read", () => {
  const text =
    '{"version": 3, "term": {"cols": 80, "rows": 24, "theme": {}}, "tags": ["a"]}\n[0.5, "o", "x"]\n[1, "z", "y"]';
  expect(parseCast(text, 1000).events).toEqual([
    { atUs: 501_000, code: "o", data: "x" },
    { atUs: 1_501_000, code: "z", data: "y" },
  ]);
});

test.each([
  ["", 1],
  ['{"version":2,"width":80,"height":24}', 1],
  ['{"version":3,"term":{"cols":0,"rows":24}}', 1],
  ["null", 1],
  ['{"version":3,"term":{"cols":80,"rows":24}}\n[0,"o","a"]\n[-1,"o","a"]', 3],
  ['{"version":3,"term":{"cols":80,"rows":24}}\n{}', 2],
  ['{"version":3,"term":{"cols":80,"rows":24}}\n[0,"o"', 2],
  ['{"version":3,"term":{"cols":80,"rows":24}}\n[0,"o",1]', 2],
])("%j is refused by its line", (text, line) => {
  expect(() => parseCast(text)).toThrow(
    expect.objectContaining({
      code: "RECORDING_MALFORMED",
      message: expect.stringContaining(`line ${line} `),
    }),
  );
});
