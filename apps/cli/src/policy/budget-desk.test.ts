import { OPERATOR, type Principal, parseGrant } from "@custody/identity";
import { BudgetBook, compilePolicy } from "@custody/policy";
import { expect, test } from "vitest";
import { budgetPage } from "./budget-desk.ts";

const NOW_MS = Date.UTC(2026, 10, 28, 12);

const BUDGETS = `version: 1
budgets:
  - { name: run, per: session, limit: { tokens: 100 }, then: stop }
  - { name: team, per: project, period: month, limit: { tokens: 100 }, then: hold }
  - { name: day, per: human, period: day, limit: { tokens: 100 }, then: hold }
  - { name: shop-model, per: model, match: { project: shop }, limit: { tokens: 100 }, then: warn }
  - { name: any-shop, per: all, match: { project: "shop*" }, limit: { tokens: 100 }, then: warn }
  - { name: house, per: all, limit: { tokens: 100 }, then: stop }
  - { name: lab, per: project, match: { project: lab }, limit: { tokens: 100 }, then: stop }
`;

function person(id: string, ...roles: string[]): Principal {
  return { ...OPERATOR, grants: roles.map(parseGrant), id, kind: "person", method: "password", name: id };
}

/** Ada spent in the shop, Eve in the crm. */
function spending() {
  const book = new BudgetBook(compilePolicy(BUDGETS, "policy.yaml"));
  for (const [human, project, tokens] of [
    ["ada", "shop", 40],
    ["eve", "crm", 10],
  ] as const) {
    const spender = {
      agent: "coder",
      human: { id: human, name: human },
      model: "m",
      project,
      session: project,
    };
    const asked = book.reserve(spender, { costMicros: 0, tokens }, NOW_MS);
    if (!asked.ok) throw new Error("it was refused");
    book.settle(asked.reservation, { costMicros: 0, tokens });
  }
  return { standing: (query: object) => book.standing({ ...query, nowMs: NOW_MS } as never) };
}

function seen(by: Principal, request: object = {}): string[] {
  const { budgets } = budgetPage(spending(), { limit: 100, ...request }, by);
  return budgets.map(({ budget, scope, settled }) => `${budget} ${scope} ${settled}`).sort();
}

const ALL = [
  "any-shop  40",
  "day ada 40",
  "day eve 10",
  "house  50",
  "lab null 0",
  "run crm 10",
  "run shop 40",
  "shop-model m 40",
  "team crm 10",
  "team shop 40",
];

test("whoever reads everything sees every place, and each budget that nothing is spent of", () => {
  for (const by of [OPERATOR, person("o", "owner"), person("a", "auditor"), person("v", "viewer")])
    expect(seen(by)).toEqual(ALL);
});

test("whoever reads one project sees what belongs to it alone, and no sum that others spent in", () => {
  const own = ["run shop 40", "shop-model m 40", "team shop 40"];
  for (const role of ["viewer@shop", "member@shop", "admin@shop"])
    expect(seen(person("x", role))).toEqual(own);
  // Nothing says there that somebody else has spent something.
  expect(seen(person("x", "viewer@lab"))).toEqual(["lab null 0", "run null 0", "team null 0"]);
  expect(seen(person("x", "viewer@shop", "viewer@crm"))).toEqual(
    ["run crm 10", ...own, "team crm 10"].sort(),
  );
});

test("everybody sees what was spent for them alone, wherever it was", () => {
  expect(seen(person("eve", "viewer@lab"))).toEqual([
    "day eve 10",
    "lab null 0",
    "run crm 10",
    "team null 0",
  ]);
});

test("a project narrows the list, and opens none", () => {
  const shop = ["run shop 40", "shop-model m 40", "team shop 40"];
  expect(seen(OPERATOR, { project: "shop" })).toEqual(shop);
  expect(seen(person("x", "viewer@shop"), { project: "shop" })).toEqual(shop);
  expect(seen(person("x", "viewer@lab"), { project: "shop" })).toEqual([]);
  expect(seen(OPERATOR, { project: "new" })).toEqual(["run null 0", "team null 0"]);
});

test("pages follow each other without a gap; what is no page is refused", () => {
  const parts = spending();
  const rows: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = budgetPage(parts, { limit: 3, ...(after === undefined ? {} : { after }) }, OPERATOR);
    expect(page).toMatchObject({ defined: 7 });
    rows.push(...page.budgets.map(({ budget, scope, settled }) => `${budget} ${scope} ${settled}`));
    after = page.next;
  }
  expect(rows.slice().sort()).toEqual(ALL);
  expect(rows.slice(0, 2)).toEqual(["house  50", "run shop 40"]);
  expect(() => budgetPage(parts, { after: "nothing", limit: 3 }, OPERATOR)).toThrow(/next page/);
  expect(() => budgetPage(parts, { limit: 501 }, OPERATOR)).toThrow(/limit/);
});
