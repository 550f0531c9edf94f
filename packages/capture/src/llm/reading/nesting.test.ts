import fc from "fast-check";
import { expect, test } from "vitest";
import { refuseNesting } from "./nesting.ts";

test("depth is counted outside of texts only, whatever they say", () => {
  const texts = fc.string({ unit: fc.constantFrom('"', "\\", "{", "[", "]", "}", "a", "\u00e9") });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 5 }), fc.integer({ max: 220, min: 0 }), (said, depth) => {
      const inner = JSON.stringify(said);
      const json = Buffer.from(`${"[".repeat(depth)}${inner}${"]".repeat(depth)}`);
      if (depth + 1 <= 200) expect(() => refuseNesting(json)).not.toThrow();
      else expect(() => refuseNesting(json)).toThrow("nested more than 200 deep");
    }),
  );
});

test("any bytes are looked at in one pass", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void refuseNesting(Buffer.from(bytes))));
  // Were each quote looked back from to the beginning, this would take hours.
  refuseNesting(Buffer.from(`"${'\\"'.repeat(2_000_000)}`));
  refuseNesting(Buffer.from(`"${"\\".repeat(4_000_000)}"`));
});
