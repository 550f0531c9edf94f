import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlaceState } from "./place-state.ts";
import { formatState, parseState } from "./state-file.ts";

const time = fc
  .date({ max: new Date("2100-01-01"), min: new Date("2000-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const size = fc.maxSafeNat();
const place: fc.Arbitrary<PlaceState> = fc.record(
  {
    everyMs: size,
    failure: fc.record({
      code: fc.string(),
      isContradiction: fc.boolean(),
      message: fc.string(),
      recordedAs: fc.constantFrom("nothing" as const, "failed" as const, "contradicted" as const),
      since: time,
      tries: size,
    }),
    failureRecorded: time,
    kept: fc.record({ origin: fc.string(), size, time }),
    kind: fc.constantFrom(
      "witness" as const,
      "timestamp" as const,
      "git" as const,
      "file" as const,
      "s3" as const,
    ),
    name: fc.string(),
    recorded: fc.record({ size, time }),
  },
  { requiredKeys: ["everyMs", "kind", "name"] },
);

test("what is written is read as it was", () => {
  fc.assert(
    fc.property(fc.array(place), (places) => {
      expect(JSON.stringify(parseState(formatState(places)))).toBe(JSON.stringify(places));
    }),
  );
});

test("anything else is as good as nothing, and never an error", () => {
  const damaged = fc.tuple(fc.array(place), fc.nat(), fc.string()).map(([places, at, text]) => {
    const whole = formatState(places);
    return whole.slice(0, at % whole.length) + text + whole.slice((at % whole.length) + 1);
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), damaged), (text) => {
      for (const { everyMs, kind, name } of parseState(text)) {
        expect([typeof everyMs, typeof kind, typeof name]).toEqual(["number", "string", "string"]);
      }
    }),
  );
});
