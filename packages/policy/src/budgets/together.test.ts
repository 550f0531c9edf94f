import type { AuditRecord } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePolicy } from "../policy.ts";
import { BudgetBook, type Reservation } from "./budget-book.ts";
import { budgetRecord } from "./budget-records.ts";
import type { Spender } from "./spender.ts";

const policy = compilePolicy(
  `version: 1
budgets:
  - { name: session-tokens, per: session, limit: { tokens: 500 }, then: stop }
  - { name: session-hour, per: session, period: hour, limit: { tokens: 200 }, then: stop }
  - { name: human-day, per: human, period: day, limit: { cost: "0.0007 USD" }, then: hold }
  - { name: model-month, per: model, period: month, match: { project: shop }, limit: { tokens: 900 }, then: stop }
  - { name: everything, per: all, limit: { cost: "0.0030 USD" }, then: stop }
`,
  "policy.yaml",
);

/** The same, in the plainest words: each limit, where a request counts, and which period a moment is in. */
interface Rule {
  readonly name: string;
  readonly limit: number;
  readonly unit: "tokens" | "costMicros";
  readonly scopes: (spender: Spender) => readonly string[];
  readonly period: (iso: string) => string;
}

const PARENTS: Readonly<Record<string, string | undefined>> = {
  a: undefined,
  b: "a",
  c: "b",
  d: "a",
  e: undefined,
};
const withParents = (session: string): string[] => {
  const parent = PARENTS[session];
  return parent === undefined ? [session] : [session, ...withParents(parent)];
};
const RULES: readonly Rule[] = [
  {
    limit: 500,
    name: "session-tokens",
    period: () => "",
    scopes: ({ session }) => withParents(session),
    unit: "tokens",
  },
  {
    limit: 200,
    name: "session-hour",
    period: (iso) => iso.slice(0, 13),
    scopes: ({ session }) => withParents(session),
    unit: "tokens",
  },
  {
    limit: 700,
    name: "human-day",
    period: (iso) => iso.slice(0, 10),
    scopes: ({ human }) => [human?.id ?? ""],
    unit: "costMicros",
  },
  {
    limit: 900,
    name: "model-month",
    period: (iso) => iso.slice(0, 7),
    scopes: ({ model, project }) => (project === "shop" ? [model] : []),
    unit: "tokens",
  },
  { limit: 3000, name: "everything", period: () => "", scopes: () => [""], unit: "costMicros" },
];

interface Spent {
  readonly spender: Spender;
  readonly atMs: number;
  readonly amount: { readonly tokens: number; readonly costMicros: number };
}

/** Adds everything up, each time anew. */
function sumOf(all: readonly Spent[], rule: Rule, scope: string, period: string): number {
  return all
    .filter(
      ({ atMs, spender }) => rule.scopes(spender).includes(scope) && rule.period(isoOf(atMs)) === period,
    )
    .reduce((sum, { amount }) => sum + amount[rule.unit], 0);
}

const isoOf = (ms: number) => new Date(ms).toISOString();
const START = Date.UTC(2026, 10, 30, 20);

const request = fc.record({
  human: fc.constantFrom("u1", "u2", undefined),
  model: fc.constantFrom("m", "n"),
  project: fc.constantFrom("shop", "other"),
  session: fc.constantFrom("a", "b", "c", "d", "e"),
});
const step = fc.record({
  act: fc.constantFrom("reserve", "reserve", "reserve", "settle", "settle", "release", "follow", "restart"),
  cost: fc.integer({ max: 300, min: 0 }),
  laterMs: fc.integer({ max: 4 * 3_600_000, min: 0 }),
  request,
  tokens: fc.integer({ max: 150, min: 0 }),
  which: fc.nat(100),
});

function recordOf({ amount, atMs, spender }: Spent): AuditRecord {
  return {
    actor: {
      agent: { instance: "i", name: "x" },
      ...(spender.human && { human: { assurance: "sso", ...spender.human } }),
    },
    ...(spender.parentSession && { parentSession: spender.parentSession }),
    duration: { heldUs: 0, totalUs: 60_000_000, upstreamUs: 0 },
    project: spender.project,
    session: spender.session,
    source: { vantage: "observed" },
    time: isoOf(atMs + 60_000),
    type: "model.request.completed",
    usage: {
      cacheRead: 0,
      cacheWrite: amount.tokens,
      costMicros: amount.costMicros,
      input: 0,
      model: spender.model,
      output: 0,
      reasoning: 0,
    },
  } as unknown as AuditRecord;
}

function startOf(session: string): AuditRecord {
  const parent = PARENTS[session];
  return {
    actor: { agent: { instance: "i", name: "x" } },
    ...(parent && { parentSession: parent }),
    project: "shop",
    session,
    source: { vantage: "observed" },
    time: isoOf(START),
    type: "session.started",
  } as unknown as AuditRecord;
}

test("no order of requests, ends, reloads and restarts goes beyond a budget, or is refused what is left", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let book = new BudgetBook(policy);
      let nowMs = START;
      const settled: Spent[] = [];
      let open: { reservation: Reservation; spent: Spent }[] = [];
      const told: string[] = [];
      const records: AuditRecord[] = Object.keys(PARENTS).map(startOf);
      for (const record of records) book.count(record);
      const hear = (notices: ReturnType<BudgetBook["settle"]>) => {
        for (const notice of notices) {
          const draft = budgetRecord(notice, { action: "x", actor: {}, nowUs: nowMs * 1000 });
          told.push(
            `${draft.type} ${draft.details?.["budget"]} ${draft.details?.["scope"]} ${draft.details?.["from"]}`,
          );
          records.push(draft as AuditRecord);
        }
      };
      for (const { act, cost, laterMs, request: asked, tokens, which } of steps) {
        nowMs += laterMs;
        if (act === "reserve") {
          const { human, ...rest } = asked;
          const spender: Spender = {
            ...rest,
            human: human === undefined ? undefined : { id: human, name: human },
            parentSession: PARENTS[rest.session],
          };
          const spent: Spent = { amount: { costMicros: cost, tokens }, atMs: nowMs, spender };
          const all = [...settled, ...open.map((each) => each.spent), spent];
          const beyond = RULES.filter((rule) =>
            rule
              .scopes(spender)
              .some((scope) => sumOf(all, rule, scope, rule.period(isoOf(nowMs))) > rule.limit),
          );
          const answer = book.reserve(spender, spent.amount, nowMs);
          hear(answer.notices);
          expect(answer.ok).toBe(beyond.length === 0);
          if (answer.ok) open.push({ reservation: answer.reservation, spent });
          else expect(beyond.map(({ name }) => name)).toContain(answer.budget);
        } else if (act === "follow") book.follow(policy);
        else if (act === "restart") {
          // What is on its way ends with the process; the ledger says what it took, or nothing.
          open = [];
          book = new BudgetBook(policy);
          for (const record of records) book.count(record);
        } else if (open.length > 0) {
          const [{ reservation, spent }] = open.splice(which % open.length, 1) as [(typeof open)[number]];
          if (act === "release") book.release(reservation);
          else {
            const amount = {
              costMicros: Math.min(cost, spent.amount.costMicros),
              tokens: Math.min(tokens, spent.amount.tokens),
            };
            settled.push({ ...spent, amount });
            records.push(recordOf({ ...spent, amount }));
            hear(book.settle(reservation, amount));
          }
        }
        for (const session of Object.keys(PARENTS)) {
          const own = settled.filter(({ spender }) => withParents(spender.session).includes(session));
          const sum = (unit: "costMicros" | "tokens") =>
            own.reduce((total, { amount }) => total + amount[unit], 0);
          expect(book.spentBy(session)).toEqual({ costMicros: sum("costMicros"), tokens: sum("tokens") });
        }
      }
      expect(new Set(told).size).toBe(told.length);
    }),
    { numRuns: 150 },
  );
});
