import { describe, expect, test } from "vitest";
import { Counters } from "./counters/counters.ts";
import { explain, type Known } from "./explain.ts";
import { Replay } from "./past/replay.ts";
import { compilePolicy } from "./policy.ts";
import { action, read, rows, write } from "./testing/actions.ts";

const policy = compilePolicy(
  `version: 1
default: observe
rules:
  - { name: elsewhere, match: { target: other, kind: read }, effect: deny }
  - { name: many, match: { kind: delete }, when: rows > 100, effect: deny }
  - { name: busy, match: { kind: delete }, when: 'statementsWithin("1m") > 3', effect: approve }
  - { name: wrong, match: { kind: update }, when: '1 / size(functions) == 0', effect: allow }
  - { name: rest, match: { tier: write }, effect: simulate }
`,
  "x",
);

const traces = (operation: ReturnType<typeof write>, known: Known) => {
  const [trace] = explain(policy, action([operation]), known).operations;
  const own = trace?.rules.filter(({ rule }) => !rule.startsWith("builtin:")) ?? [];
  return {
    ...trace,
    rules: own.map(({ answer, because, isDecisive }) => [answer, because.join(), isDecisive]),
  };
};
const any = expect.anything();
const nothing: Known = { byTable: undefined, counters: undefined };

describe("an explanation", () => {
  test("says of each rule why it did not match", () => {
    expect(traces(write("delete", "t"), { byTable: [rows("t", 5)], counters: new Counters() })).toMatchObject(
      {
        effect: "simulate",
        isCertain: true,
        rule: "rest",
        rules: [
          ["not-matched", "target,kind", false],
          ["not-matched", "when", false],
          ["not-matched", "when", false],
          ["not-matched", "kind", false],
          ["matched", "", true],
        ],
      },
    );
  });

  test("takes what is known of rows and of the time before", () => {
    const known = { byTable: [rows("t", 101)], counters: new Counters() };
    expect(traces(write("delete", "t"), known)).toMatchObject({ effect: "deny", rule: "many" });
    const counters = new Counters();
    for (let at = 0; at < 3; at += 1) counters.count(action([write("delete", "t")]), []);
    expect(traces(write("delete", "t"), { byTable: [], counters })).toMatchObject({
      effect: "approve",
      rule: "busy",
    });
  });

  test("says what nobody knows any more", () => {
    expect(traces(write("delete", "t"), nothing)).toMatchObject({
      isCertain: false,
      rule: "rest",
      rules: [any, ["unknown", "when", false], ["unknown", "when", false], any, ["matched", "", true]],
    });
    expect(traces(read("t"), nothing)).toMatchObject({ effect: "allow", isCertain: true, rule: "default" });
  });

  test("shows an expression that fails, as the denial that it is", () => {
    expect(traces(write("update", "t"), nothing)).toMatchObject({
      effect: "deny",
      rule: "policy-error",
      rules: [any, any, any, ["failed", "", true], ["matched", "", false]],
    });
  });
});

test("a replay counts what it lets last, and nothing else", () => {
  const limit = "version: 1\nrules:\n  - { name: r, when: 'rowsWithin(\"10m\") > 100', effect: approve }";
  const replay = new Replay(compilePolicy(limit, "x"));
  const ask = (deleted: number | undefined, second: number) => {
    const one = action([write("delete", "t")], { timeUs: 1_790_000_000_000_000 + second * 1_000_000 });
    const { decision, isInDoubt } = replay.ask(one, deleted === undefined ? undefined : [rows("t", deleted)]);
    return isInDoubt ? "?" : decision.effect;
  };
  expect([60, 50, 40, undefined, 1].map((deleted, at) => ask(deleted, at))).toEqual([
    "allow",
    "approve",
    "allow",
    "?",
    "approve",
  ]);
  expect(ask(60, 700)).toBe("allow");
});
