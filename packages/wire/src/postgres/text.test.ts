import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeText, encodeText, foreignTextMark, WireError } from "./index.ts";

it("reads valid UTF-8 as it is", () => {
  expect(decodeText(Buffer.from("naïve 数 🐘"))).toBe("naïve 数 🐘");
});

it("keeps U+FFFD inside valid UTF-8", () => {
  expect(decodeText(Buffer.from("a\uFFFDb"))).toBe("a\uFFFDb");
});

it("marks what is not UTF-8, so that two names never look the same", () => {
  const utf8 = decodeText(Buffer.from("é", "utf8"));
  const latin1 = decodeText(Buffer.from("é", "latin1"));
  expect(utf8).toBe("é");
  expect(latin1).toBe(`${foreignTextMark}é`);
});

it("can be reversed for any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (array) => {
      const bytes = Buffer.from(array);
      expect(encodeText(decodeText(bytes)).equals(bytes)).toBe(true);
    }),
    { examples: [[Buffer.from("\uFFFDa")], [Buffer.from([0xff])], [Buffer.alloc(0)]] },
  );
});

it.each([
  ["half of a surrogate pair", "\ud800"],
  ["a mark before text that Latin-1 lacks", `${foreignTextMark}数`],
  ["a mark before text that needs none", `${foreignTextMark}abc`],
  ["a mark alone", foreignTextMark],
])("refuses to encode %s, which no bytes decode to", (_, text) => {
  expect(() => encodeText(text)).toThrow(WireError);
});
