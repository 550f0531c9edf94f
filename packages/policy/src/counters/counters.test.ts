import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { action, rows, write } from "../testing/actions.ts";
import { Counters } from "./counters.ts";
import { Slices } from "./slices.ts";

const second = 1_000_000;
const hour = 3600 * second;

/** A moment leaves with the second that it is in. */
function naiveSum(
  added: readonly (readonly [timeUs: number, amount: number])[],
  windowUs: number,
  nowUs: number,
) {
  const kept = added.filter(([timeUs]) => (Math.floor(timeUs / second) + 1) * second > nowUs - windowUs);
  return kept.reduce((sum, [, amount]) => sum + amount, 0);
}

test("slices of time agree with adding everything up", () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 700 * second }), fc.integer({ min: 0, max: 9999 })),
    {
      maxLength: 300,
    },
  );
  const windows = fc.array(fc.integer({ min: 1, max: 3600 }), { maxLength: 5, minLength: 1 });
  fc.assert(
    fc.property(steps, windows, (given, seconds) => {
      const slices = new Slices();
      const added: [number, number][] = [];
      let nowUs = 1_790_000_000_123_456;
      for (const [stepUs, amount] of given) {
        nowUs += stepUs;
        slices.add(nowUs, amount, hour);
        added.push([nowUs, amount]);
        for (const each of seconds) {
          const windowUs = each * second;
          expect(slices.within(windowUs, nowUs)).toBe(naiveSum(added, windowUs, nowUs));
          expect(slices.within(windowUs, nowUs + stepUs)).toBe(naiveSum(added, windowUs, nowUs + stepUs));
        }
      }
    }),
  );
});

test("a clock that is set back takes nothing out of a window", () => {
  const slices = new Slices();
  slices.add(100 * second, 1, hour);
  slices.add(50 * second, 1, hour);
  expect(slices.within(10 * second, 105 * second)).toBe(2);
});

test("a day of writing each second is kept in the room of an hour", () => {
  const slices = new Slices();
  for (let at = 0; at < 86_400; at += 1) slices.add(at * second, 1, hour);
  expect(slices.within(hour, 86_399 * second)).toBe(3601);
  expect(slices.within(24 * hour, 86_399 * second)).toBeLessThan(3600 * 4);
});

describe("counts", () => {
  const of = (id: string, timeUs: number, target = "shop") =>
    action([write("delete", "t")], {
      session: { actor: {}, id, project: "" },
      target: { environment: "production", kind: "postgres", name: target },
      timeUs,
    });

  test("are of one session, one target and one table each", () => {
    const counters = new Counters();
    counters.count(of("a", second), [rows("t", 10), rows("u", 3)]);
    const facts = (id: string, table: string, target?: string) =>
      counters.factsFor(of(id, 2 * second, target), [rows(table, 1)]).rowsWithin(60_000);
    expect([facts("a", "t"), facts("a", "u"), facts("a", "v"), facts("b", "t")]).toEqual([11, 4, 1, 1]);
    expect(facts("a", "t", "other")).toBe(1);
    const both = counters.factsFor(of("a", 2 * second), [rows("u", 1), rows("t", 1), rows("v", 0)]);
    expect(both.rowsWithin(60_000)).toBe(11);
  });

  test("of statements take this one in, if it writes", () => {
    const counters = new Counters();
    const writing = of("a", second);
    const reading = { ...writing, operations: [] };
    expect(counters.factsFor(writing).statementsWithin(1000)).toBe(1);
    counters.count(writing, []);
    counters.count(reading, []);
    expect(counters.factsFor(writing).statementsWithin(1000)).toBe(2);
    expect(counters.factsFor(reading).statementsWithin(1000)).toBe(1);
  });

  test("beyond the limits are too high, and never too low", () => {
    const counters = new Counters();
    for (let at = 0; at < 1200; at += 1) counters.count(of("a", second), [rows(`t${at}`, 2)]);
    const facts = (table: string) => counters.factsFor(of("a", second), [rows(table, 1)]).rowsWithin(60_000);
    expect(facts("t0")).toBe(3);
    expect(facts("t1199")).toBe(401);
    for (let at = 0; at < 10_010; at += 1) counters.count(of(`s${at}`, second), [rows("t", 2)]);
    const ofSession = (id: string) => counters.factsFor(of(id, second), [rows("t", 1)]).rowsWithin(60_000);
    expect(ofSession("s10009")).toBeGreaterThanOrEqual(3);
    expect(ofSession("s1")).toBeGreaterThanOrEqual(3);
  });

  test("of sessions that have been idle make room", () => {
    const counters = new Counters();
    for (let at = 0; at < 10_000; at += 1) counters.count(of(`s${at}`, second), [rows("t", 2)]);
    counters.count(of("late", 2 * hour), [rows("t", 2)]);
    expect(counters.factsFor(of("later", 2 * hour), [rows("t", 1)]).rowsWithin(60_000)).toBe(1);
    expect(counters.factsFor(of("late", 2 * hour), [rows("t", 1)]).rowsWithin(60_000)).toBe(3);
  });
});
