import { expect, test } from "vitest";
import { eventsIn, withoutIdle } from "./cast.ts";

const recording = [
  '{"version":3,"term":{"cols":80,"rows":24}}',
  '[0.5,"o","a"]',
  "# a comment",
  '[1,"i","typed"]',
  '[-1,"o","never"]',
  "no JSON",
  '[0.25,"r","90x30"]',
  '[60,"o","b"]',
  "",
].join("\n");

test("a piece has its events at their times, and what is none is left out", () => {
  expect(eventsIn({ fromUs: 1_000_000, piece: 0, recording })).toEqual([
    { atUs: 1_500_000, code: "o", data: "a" },
    { atUs: 2_750_000, code: "r", data: "90x30" },
    { atUs: 62_750_000, code: "o", data: "b" },
  ]);
});

test("pauses are cut, and a replay begins at once", () => {
  const events = withoutIdle(eventsIn({ fromUs: 1_000_000, piece: 0, recording }));
  expect(events.map(({ atUs }) => atUs)).toEqual([0, 1_250_000, 3_250_000]);
  expect(withoutIdle([])).toEqual([]);
});
