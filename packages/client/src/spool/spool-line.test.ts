import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeLine, encodeLine } from "./spool-line.ts";

const waiting = fc.record({ json: fc.json().map((json) => `{"a":${json}}`), sequence: fc.maxSafeNat() });

test("what is written is read again", () => {
  fc.assert(
    fc.property(waiting, (one) => {
      const line = encodeLine(one);
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(decodeLine(line.slice(0, -1))).toEqual(one);
    }),
  );
});

test("a line that lost or changed a byte is none", () => {
  fc.assert(
    fc.property(waiting, fc.nat(), fc.nat({ max: 25 }), (one, at, letter) => {
      const line = encodeLine(one).slice(0, -1);
      const place = at % line.length;
      expect(decodeLine(line.slice(0, place))).toBeUndefined();
      const other = String.fromCharCode(97 + letter);
      if (line[place] !== other)
        expect(decodeLine(line.slice(0, place) + other + line.slice(place + 1))).toBeUndefined();
    }),
  );
});
