import type { BudgetStanding } from "@custody/domain";
import { expect, test } from "vitest";
import { budgetLines } from "./describe-budgets.ts";

function row(given: Partial<BudgetStanding>): BudgetStanding {
  return {
    budget: "shop",
    number: 1,
    per: "project",
    scope: "shop",
    period: "month",
    from: null,
    until: null,
    unit: "micros",
    limit: 20_000_000,
    settled: 12_400_000,
    reserved: 1_100_000,
    left: 6_500_000,
    // biome-ignore lint/suspicious/noThenProperty: it is a word, as the policy has it, and no promise.
    then: "hold",
    warnAt: 0.8,
    unpriced: 0,
    unknown: 0,
    ...given,
  };
}

test("a line says which budget, for what, how much of it is spent and set aside, and what comes then", () => {
  expect(budgetLines([row({})])).toEqual([
    "shop  project shop, this month  12.40 of 20.00 USD  62 %  1.10 set aside  then hold",
  ]);
});

test("lines stand in columns, and what nobody spent anything of is said so", () => {
  const lines = budgetLines([
    row({ settled: 25_000_000 }),
    row({ per: "session", scope: "s1", agent: "coder", person: "Ada\u202e", period: "total", unknown: 1 }),
    row({ limit: 1000, period: "hour", reserved: 0, settled: 999, scope: "", per: "human", unit: "tokens" }),
    row({ per: "human", person: "Ada", scope: "u1", period: "day", settled: 0, unpriced: 3, unknown: 2 }),
    row({ scope: null, settled: 0, reserved: 0 }),
    row({ per: "all", scope: null, settled: 0, reserved: 0 }),
  ]);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ["shop", "project shop, this month", "25.00 of 20.00 USD", "125 %", "1.10 set aside", "then hold"],
    [
      "shop",
      "session s1 of coder for Ada\\u{202e}, all time",
      "12.40 of 20.00 USD",
      "62 %",
      "1.10 set aside",
      "then hold",
      "1 unknown",
    ],
    ["shop", "nobody in particular, this hour", "999 of 1000 tokens", "99 %", "then hold"],
    [
      "shop",
      "person Ada, today",
      "0.00 of 20.00 USD",
      "0 %",
      "1.10 set aside",
      "then hold",
      "3 unpriced, 2 unknown",
    ],
    ["shop", "each project, this month", "0.00 of 20.00 USD", "0 %", "then hold"],
    ["shop", "all together, this month", "0.00 of 20.00 USD", "0 %", "then hold"],
  ]);
  expect(new Set(lines.map((line) => line.indexOf("then hold"))).size).toBe(1);
});

test("no budget is no line", () => {
  expect(budgetLines([])).toEqual([]);
});
