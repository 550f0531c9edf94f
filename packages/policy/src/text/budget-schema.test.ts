import { expect, test } from "vitest";
import { compilePolicy } from "../policy.ts";

const read = (budget: string) =>
  compilePolicy(`version: 1\nbudgets:\n  - ${budget}\n`, "policy.yaml").budgets;

test("a budget says what it limits, and has defaults for the rest", () => {
  expect(read("{ name: cap, per: session, limit: { cost: 5.00 USD }, then: stop }")).toEqual([
    {
      limit: { costMicros: 5_000_000 },
      name: "cap",
      per: "session",
      period: "total",
      beyond: "stop",
      unpriced: "allow",
      warnAt: 0.8,
    },
  ]);
  const [full] = read(
    '{ name: b, per: human, match: { agent: [a, "b*"], model: m }, period: month, limit: { tokens: 9 }, warnAt: 1, then: hold }',
  );
  expect(full).toMatchObject({
    limit: { tokens: 9 },
    match: { agent: ["a", "b*"], model: ["m"] },
    warnAt: 1,
  });
});

test.each<[money: string, micros: number]>([
  ["1 USD", 1_000_000],
  ["0.000001 USD", 1],
  ["12.3456 USD", 12_345_600],
])("%s is %d millionths", (money, micros) => {
  expect(read(`{ name: b, per: all, limit: { cost: ${money} }, then: warn }`)[0]?.limit).toEqual({
    costMicros: micros,
  });
});

const rest = "limit: { tokens: 1 }, then: stop";

test.each<[what: string, budget: string, why: RegExp]>([
  [
    "an unknown key",
    `{ name: b, per: all, ${rest}, extra: 1 }`,
    /policy\.yaml:3: unknown key "extra" in budgets\[0\]/,
  ],
  ["an unknown key of match", `{ name: b, per: all, match: { target: x }, ${rest} }`, /unknown key "target"/],
  [
    "a sum without a currency",
    "{ name: b, per: all, limit: { cost: 5 }, then: stop }",
    /:3: budgets\[0\]\.limit/,
  ],
  ["another currency", "{ name: b, per: all, limit: { cost: 5 EUR }, then: stop }", /limit/],
  ["nothing at all", "{ name: b, per: all, limit: { cost: 0.00 USD }, then: stop }", /limit/],
  ["two limits", "{ name: b, per: all, limit: { cost: 1 USD, tokens: 1 }, then: stop }", /limit/],
  ["no answer to what then", "{ name: b, per: all, limit: { tokens: 1 } }", /budgets\[0\]\.then/],
  ["a name with a colon", `{ name: "a:b", per: all, ${rest} }`, /budgets\[0\]\.name/],
  [
    "the same name twice",
    `{ name: b, per: all, ${rest} }\n  - { name: b, per: all, ${rest} }`,
    /another budget/,
  ],
  ["a price that nobody asks for", `{ name: b, per: all, ${rest}, unpriced: stop }`, /needs no price/],
])("%s is refused with its line", (_what, budget, why) => {
  expect(() => read(budget)).toThrow(why);
});

test("no rule takes the name of a budget's refusal", () => {
  const text = 'version: 1\nrules:\n  - { name: "budget:cap", effect: deny }\n';
  expect(() => compilePolicy(text, "policy.yaml")).toThrow("names that begin with budget: are taken");
});
