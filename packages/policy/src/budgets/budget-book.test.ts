import type { AuditRecord } from "@custody/domain";
import { expect, test } from "vitest";
import { compilePolicy } from "../policy.ts";
import { BudgetBook } from "./budget-book.ts";
import type { Spender } from "./spender.ts";

const NOON = Date.UTC(2026, 10, 28, 12);
const HOUR = 3_600_000;

function policyOf(budgets: string) {
  return compilePolicy(`version: 1\nbudgets:\n${budgets}`, "policy.yaml");
}

function bookOf(budgets: string): BudgetBook {
  return new BudgetBook(policyOf(budgets));
}

const ada = { id: "u1", name: "Ada" };

function spender(given: Partial<Spender> = {}): Spender {
  return { agent: "coder", human: ada, model: "m", project: "shop", session: "s1", ...given };
}

const tokens = (count: number) => ({ costMicros: 0, tokens: count });
const money = (micros: number | null) => ({ costMicros: micros, tokens: 1 });

test("a request sets aside the most that it may take, and settles with what it took", () => {
  const book = bookOf("  - { name: cap, per: all, limit: { tokens: 100 }, then: stop }");
  const first = book.reserve(spender(), tokens(60), NOON);
  const second = book.reserve(spender({ session: "s2" }), tokens(60), NOON);
  expect(first.ok).toBe(true);
  expect(second).toMatchObject({
    budget: "cap",
    left: 40,
    ok: false,
    scope: "",
    beyond: "stop",
    why: "limit",
  });
  if (first.ok) book.settle(first.reservation, tokens(10));
  expect(book.reserve(spender(), tokens(90), NOON).ok).toBe(true);
});

test("what was given back is not counted, and a reservation counts once", () => {
  const book = bookOf("  - { name: cap, per: all, limit: { tokens: 100 }, then: stop }");
  const asked = book.reserve(spender(), tokens(100), NOON);
  if (!asked.ok) throw new Error("it was refused");
  book.release(asked.reservation);
  book.release(asked.reservation);
  expect(book.settle(asked.reservation, tokens(50))).toEqual([]);
  expect(book.spentBy("s1")).toEqual({ costMicros: 0, tokens: 0 });
  expect(book.reserve(spender(), tokens(100), NOON).ok).toBe(true);
  expect(book.reserve(spender(), tokens(1), NOON).ok).toBe(false);
});

test("the refusal says which budget, what is left, and when it begins again", () => {
  const policy = policyOf(
    '  - { name: team, per: project, period: day, limit: { cost: "5.00 USD" }, then: stop }',
  );
  const book = new BudgetBook(policy);
  const spent = book.reserve(spender(), money(4_250_000), NOON);
  if (spent.ok) book.settle(spent.reservation, money(4_200_000));
  book.reserve(spender(), money(300_000), NOON);
  const refused = book.reserve(spender(), money(600_000), NOON);
  expect(refused).toMatchObject({ left: 500_000, ok: false, scope: "shop", untilMs: Date.UTC(2026, 10, 29) });
  expect(!refused.ok && refused.decision).toEqual({
    effect: "deny",
    policy: policy.digest,
    reasons: [
      "the budget team of the project shop is 5.00 USD, of which 0.50 USD is left, and this request may take 0.60 USD",
      "4.20 USD is spent, and 0.30 USD is set aside for requests that are on their way",
      "it begins again at 2026-11-29T00:00:00.000Z",
    ],
    rule: "budget:team",
  });
  expect(book.reserve(spender({ project: "other" }), money(600_000), NOON).ok).toBe(true);
  expect(book.reserve(spender(), money(5_000_000), NOON + 12 * HOUR).ok).toBe(true);
});

test("what somebody may lift is held, and said after what nobody may", () => {
  const book = bookOf(`  - { name: soft, per: session, limit: { tokens: 10 }, then: hold }
  - { name: hard, per: all, limit: { tokens: 100 }, then: stop }`);
  const held = book.reserve(spender(), tokens(50), NOON);
  expect(held).toMatchObject({ budget: "soft", ok: false, beyond: "hold" });
  expect(!held.ok && held.decision).toMatchObject({ approval: { approvers: 1 }, effect: "approve" });
  expect(book.reserve(spender(), tokens(101), NOON)).toMatchObject({ budget: "hard", beyond: "stop" });
  expect(book.reserve(spender(), tokens(101), NOON, ["soft"])).toMatchObject({ budget: "hard" });
  expect(book.reserve(spender(), tokens(50), NOON, ["soft"]).ok).toBe(true);
});

test("a session spends for all that it comes from, also in a circle", () => {
  const book = bookOf(
    "  - { name: run, per: session, match: { agent: lead }, limit: { tokens: 100 }, then: stop }",
  );
  const lead = spender({ agent: "lead", session: "a" });
  expect(book.reserve(lead, tokens(40), NOON).ok).toBe(true);
  const child = spender({ agent: "helper", parentSession: "a", session: "b" });
  expect(book.reserve(child, tokens(40), NOON).ok).toBe(true);
  const grandchild = spender({ agent: "helper", parentSession: "b", session: "c" });
  expect(book.reserve(grandchild, tokens(40), NOON)).toMatchObject({ left: 20, ok: false, scope: "a" });
  const round = book.reserve({ ...lead, parentSession: "c" }, tokens(20), NOON);
  expect(round.ok).toBe(true);
  if (round.ok) book.settle(round.reservation, tokens(5));
  expect([book.spentBy("a"), book.spentBy("b"), book.spentBy("c")].map((each) => each.tokens)).toEqual([
    5, 5, 5,
  ]);
});

test("a model without a price is stopped by budgets that say so, and by no other", () => {
  const book = bookOf(`  - { name: free, per: all, limit: { cost: "1 USD" }, then: stop }
  - { name: strict, per: all, match: { model: "secret-*" }, limit: { cost: "1 USD" }, then: warn, unpriced: stop }`);
  expect(book.reserve(spender(), money(null), NOON).ok).toBe(true);
  const refused = book.reserve(spender({ model: "secret-1" }), money(null), NOON);
  expect(refused).toMatchObject({
    budget: "strict",
    notices: [],
    ok: false,
    beyond: "stop",
    why: "unpriced",
  });
});

test("people are told once for each place and period, before and when it is spent", () => {
  const book = bookOf("  - { name: cap, per: project, period: hour, limit: { tokens: 100 }, then: stop }");
  const spend = (count: number, atMs: number, given: Partial<Spender> = {}) => {
    const asked = book.reserve(spender(given), tokens(count), atMs);
    const notices = asked.ok ? book.settle(asked.reservation, tokens(count)) : asked.notices;
    return notices.map(({ total, type }) => [type, total.scope, total.spent]);
  };
  expect(spend(79, NOON)).toEqual([]);
  expect(spend(1, NOON)).toEqual([["budget.warned", "shop", 80]]);
  expect(spend(10, NOON)).toEqual([]);
  expect(spend(80, NOON, { project: "other" })).toEqual([["budget.warned", "other", 80]]);
  expect(spend(20, NOON)).toEqual([["budget.reached", "shop", 90]]);
  expect(spend(10, NOON)).toEqual([]);
  expect(spend(100, NOON + HOUR)).toEqual([["budget.reached", "shop", 100]]);
});

test("a budget that only warns lets everything through", () => {
  const book = bookOf("  - { name: eye, per: human, limit: { tokens: 10 }, warnAt: 0.5, then: warn }");
  const asked = book.reserve(spender(), tokens(1000), NOON);
  expect(asked.ok && book.settle(asked.reservation, tokens(1000))).toMatchObject([
    { total: { reserved: 0, scope: "u1", spent: 1000 }, type: "budget.reached" },
  ]);
});

test("records of a model's answers count after a restart; what was reported, or is no end of a request, does not", () => {
  const record = {
    actor: { agent: { instance: "s1", name: "coder" }, human: { assurance: "token", ...ada } },
    project: "shop",
    session: "s1",
    source: { vantage: "observed" },
    time: "2026-11-28T12:00:01.000000Z",
    type: "model.request.completed",
    usage: { cacheRead: 1, cacheWrite: 2, costMicros: 7, input: 3, model: "m", output: 4, reasoning: 4 },
  } as unknown as AuditRecord;
  const book = bookOf(`  - { name: h, per: session, period: hour, limit: { tokens: 100 }, then: stop }
  - { name: t, per: session, limit: { tokens: 20 }, then: stop }`);
  book.count(record);
  book.count({ ...record, source: { ...record.source, vantage: "reported" } });
  book.count({ ...record, type: "model.request.requested" });
  expect(book.spentBy("s1")).toEqual({ costMicros: 7, tokens: 10 });
  // It was sent a second before the hour.
  book.count({ ...record, duration: { heldUs: 0, totalUs: 2_000_000, upstreamUs: 0 } });
  expect(book.reserve(spender(), tokens(1), NOON)).toMatchObject({ budget: "t", left: 0 });
  book.follow(policyOf("  - { name: h, per: session, period: hour, limit: { tokens: 100 }, then: stop }"));
  expect(book.reserve(spender(), tokens(91), NOON)).toMatchObject({ budget: "h", left: 90 });
  expect(book.reserve(spender(), tokens(90), NOON).ok).toBe(true);
});
