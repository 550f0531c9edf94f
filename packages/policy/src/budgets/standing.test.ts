import type { AuditRecord } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePolicy } from "../policy.ts";
import { BudgetBook, type Reservation } from "./budget-book.ts";
import type { Amount, Spender } from "./spender.ts";
import { parseStandingPlace } from "./standing-place.ts";

const policy = compilePolicy(
  `version: 1
budgets:
  - { name: run, per: session, limit: { tokens: 500 }, then: stop }
  - { name: run-hour, per: session, period: hour, limit: { cost: "0.0004 USD" }, then: hold }
  - { name: person, per: human, period: day, match: { project: shop }, limit: { cost: "0.0007 USD" }, then: hold }
  - { name: place, per: project, period: month, limit: { tokens: 900 }, then: stop }
  - { name: model, per: model, period: month, match: { agent: "co*" }, limit: { tokens: 900 }, then: warn }
  - { name: everything, per: all, limit: { cost: "0.0030 USD" }, then: warn }
`,
  "policy.yaml",
);

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 29, 20);
const EVERYTHING = { projects: "all", human: "" } as const;

const PARENTS: Readonly<Record<string, string | undefined>> = { b: "a", c: "b" };
const line = (session: string): string[] => {
  const parent = PARENTS[session];
  return parent === undefined ? [session] : [session, ...line(parent)];
};
const iso = (ms: number) => new Date(ms).toISOString();

/** The same budgets in the plainest words: where a request counts, in what, and which period a moment is in. */
interface Rule {
  readonly name: string;
  readonly unit: "tokens" | "costMicros";
  readonly scopes: (spender: Spender) => readonly string[];
  readonly period: (atMs: number) => string;
}
const RULES: readonly Rule[] = [
  { name: "run", period: () => "", scopes: ({ session }) => line(session), unit: "tokens" },
  {
    name: "run-hour",
    period: (ms) => iso(ms).slice(0, 13),
    scopes: ({ session }) => line(session),
    unit: "costMicros",
  },
  {
    name: "person",
    period: (ms) => iso(ms).slice(0, 10),
    scopes: ({ human, project }) => (project === "shop" ? [human?.id ?? ""] : []),
    unit: "costMicros",
  },
  { name: "place", period: (ms) => iso(ms).slice(0, 7), scopes: ({ project }) => [project], unit: "tokens" },
  { name: "model", period: (ms) => iso(ms).slice(0, 7), scopes: ({ model }) => [model], unit: "tokens" },
  { name: "everything", period: () => "", scopes: () => [""], unit: "costMicros" },
];

interface Asked {
  readonly spender: Spender;
  readonly atMs: number;
  readonly most: Amount;
  took?: Amount;
  isUnknown?: boolean;
}

/** Adds everything up anew. Places by `budget scope`, as `[settled, reserved, unpriced, unknown]`. */
function naive(all: readonly Asked[], nowMs: number): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const rule of RULES)
    for (const { atMs, isUnknown, most, spender, took } of all) {
      if (rule.period(atMs) !== rule.period(nowMs)) continue;
      for (const scope of rule.scopes(spender)) {
        const key = `${rule.name} ${scope}`;
        const sum = sums.get(key) ?? [0, 0, 0, 0, 0];
        sums.set(key, sum);
        const amount = (took ?? most)[rule.unit];
        (sum[took === undefined ? 1 : 0] as number) += amount ?? 0;
        if (took !== undefined && amount === null) (sum[2] as number) += 1;
        if (isUnknown) (sum[3] as number) += 1;
        if (took === undefined) (sum[4] as number) += 1;
      }
    }
  const touched = [...sums].filter(([, sum]) => sum.some((part) => part > 0));
  return new Map(touched.map(([key, sum]) => [key, sum.slice(0, 4)]));
}

/** Every page of what the book says, in the same form. */
function told(book: BudgetBook, nowMs: number, limit: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  let share = Number.POSITIVE_INFINITY;
  for (let after: string | null | undefined; after !== null; ) {
    const place = after === undefined ? undefined : parseStandingPlace(after);
    const page = book.standing({ after: place, limit, nowMs, viewer: EVERYTHING });
    for (const row of page.budgets) {
      expect(row.left).toBe(Math.max(0, row.limit - row.settled - row.reserved));
      expect(row.settled / row.limit).toBeLessThanOrEqual(share);
      share = row.settled / row.limit;
      if (row.from !== null && row.until !== null)
        expect(Date.parse(row.from) <= nowMs && nowMs < Date.parse(row.until)).toBe(true);
      const key = `${row.budget} ${row.scope ?? "untouched"}`;
      expect(found.has(key)).toBe(false);
      found.set(key, [row.settled, row.reserved, row.unpriced, row.unknown]);
    }
    after = page.next;
  }
  return found;
}

/** A session that was silent for a month may be forgotten or not, so neither side counts its places. */
function withoutSilent(sums: Map<string, number[]>, heardMs: Map<string, number>, nowMs: number) {
  const isSilent = (session = "") => nowMs - (heardMs.get(session) ?? nowMs) >= 30 * DAY_MS;
  return [...sums]
    .filter(([key]) => !/^run(-hour)? /.test(key) || !isSilent(key.split(" ")[1]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function startOf(session: string): AuditRecord {
  return {
    actor: { agent: { instance: session, name: "coder" } },
    parentSession: PARENTS[session],
    project: "shop",
    session,
    source: { vantage: "observed" },
    time: iso(START),
    type: "session.started",
  } as unknown as AuditRecord;
}

const step = fc.record({
  act: fc.constantFrom("reserve", "reserve", "reserve", "settle", "settle", "most", "release", "follow"),
  cost: fc.option(fc.integer({ max: 300, min: 0 }), { freq: 6 }),
  laterMs: fc.oneof(
    { arbitrary: fc.integer({ max: 4 * 3_600_000, min: 0 }), weight: 5 },
    { arbitrary: fc.integer({ max: 20 * DAY_MS, min: 0 }), weight: 1 },
  ),
  request: fc.record({
    agent: fc.constant("coder"),
    human: fc.constantFrom({ id: "u1", name: "Ada" }, { id: "u2", name: "Eve" }, undefined),
    model: fc.constantFrom("m", "n"),
    project: fc.constantFrom("shop", "crm"),
    session: fc.constantFrom("a", "b", "c", "d"),
  }),
  tokens: fc.integer({ max: 150, min: 0 }),
  which: fc.nat(100),
});

test("what is said is the sum of what was set aside and settled, whatever happened and whichever periods ended", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ max: 4, min: 1 }), (steps, limit) => {
      const book = new BudgetBook(policy);
      const asked: Asked[] = [];
      const open: { reservation: Reservation; of: Asked }[] = [];
      const heardMs = new Map<string, number>();
      let nowMs = START;
      for (const session of ["a", "b", "c", "d"]) {
        book.count(startOf(session));
        heardMs.set(session, START);
      }
      for (const { act, cost, laterMs, request, tokens, which } of steps) {
        nowMs += laterMs;
        // Whose token is not good any more does not come again.
        const isOver = nowMs - (heardMs.get(request.session) ?? 0) > 30 * DAY_MS;
        if (act === "reserve" && isOver) continue;
        if (act === "reserve") {
          const spender: Spender = { ...request, parentSession: PARENTS[request.session] };
          for (const session of line(request.session)) heardMs.set(session, nowMs);
          const most = { costMicros: cost, tokens };
          const answer = book.reserve(spender, most, nowMs);
          if (answer.ok) {
            const of: Asked = { atMs: nowMs, most, spender };
            asked.push(of);
            open.push({ of, reservation: answer.reservation });
          }
        } else if (act === "follow") book.follow(policy);
        else if (open.length > 0) {
          const [{ of, reservation }] = open.splice(which % open.length, 1) as [(typeof open)[number]];
          if (act === "release") {
            book.release(reservation);
            asked.splice(asked.indexOf(of), 1);
          } else if (act === "most") {
            book.settle(reservation, "most");
            of.took = of.most;
            of.isUnknown = true;
          } else {
            of.took = { costMicros: cost, tokens };
            book.settle(reservation, of.took);
          }
        }
        const expected = naive(asked, nowMs);
        for (const { name } of RULES)
          if (![...expected.keys()].some((key) => key.startsWith(`${name} `)))
            expected.set(`${name} untouched`, [0, 0, 0, 0]);
        const found = told(book, nowMs, limit);
        // Which budgets have no place at all is only certain while nobody is silent.
        const isCertain = [...heardMs.values()].every((ms) => nowMs - ms < 30 * DAY_MS);
        if (!isCertain) for (const all of [expected, found]) all.delete("run untouched");
        expect(withoutSilent(found, heardMs, nowMs)).toEqual(withoutSilent(expected, heardMs, nowMs));
      }
    }),
    { numRuns: 100 },
  );
});

const HOURS = 500 * 24;

test("what cannot count any more is dropped, and what can is not", () => {
  const book = new BudgetBook(policy);
  const sizes: number[] = [];
  let spent = 0;
  // Every six hours a new session with a sub-agent, which asks for a model that there is not as well.
  for (let hour = 0; hour < HOURS; hour += 6) {
    const nowMs = START + hour * 3_600_000;
    const session = `s${hour}`;
    const human = { id: `u${hour % 3}`, name: "Ada" };
    const child = { agent: "coder", human, model: "m", parentSession: session, project: "shop" };
    const asked = book.reserve(
      { ...child, session: `${session}-b` },
      { costMicros: null, tokens: 0 },
      nowMs,
      ["everything", "person"],
    );
    const nothing = book.reserve(
      { ...child, model: `no-${hour}`, session },
      { costMicros: 1, tokens: 1 },
      nowMs,
    );
    if (!asked.ok || !nothing.ok) throw new Error("it was refused");
    book.settle(asked.reservation, { costMicros: 1, tokens: 1 });
    book.release(nothing.reservation);
    spent += 1;
    if (hour % (24 * 30) === 0) sizes.push(book.size);
    if (hour % 3000 === 0) book.follow(policy);
  }
  const nowMs = START + (HOURS - 6) * 3_600_000;
  const [early] = sizes.slice(3);
  expect(sizes.at(-1)).toBeLessThanOrEqual((early as number) * 1.3);
  const all = book.standing({ limit: 500, nowMs, viewer: EVERYTHING }).budgets;
  expect(all.find(({ budget }) => budget === "everything")).toMatchObject({ scope: "", settled: spent });
  expect(all.filter(({ budget }) => budget === "place")).toMatchObject([{ scope: "shop" }]);
  // Two sessions every six hours, for as long as a token may be good.
  const runs = new Set<string | null>();
  for (let after: string | null = ""; after !== null; ) {
    const place = parseStandingPlace(after);
    const page = book.standing({ after: place, limit: 500, nowMs, viewer: EVERYTHING });
    for (const { budget, scope } of page.budgets) if (budget === "run") runs.add(scope);
    after = page.next;
  }
  expect(runs.size).toBeGreaterThanOrEqual(2 * 4 * 30);
  expect(runs.size).toBeLessThanOrEqual(2 * 4 * 33);
  book.follow(policy);
  expect(book.standing({ limit: 500, nowMs, viewer: EVERYTHING }).budgets).toEqual(all);
});

test("a request that is answered long after its period has ended counts in that one, and is told once", () => {
  const book = new BudgetBook(policy);
  const spender = { agent: "coder", human: { id: "u1", name: "Ada" }, model: "m", project: "shop" };
  const late = book.reserve({ ...spender, session: "a" }, { costMicros: 700, tokens: 1 }, START, [
    "run-hour",
  ]);
  if (!late.ok) throw new Error("it was refused");
  const weekLater = START + 7 * DAY_MS;
  const other = book.reserve({ ...spender, session: "b" }, { costMicros: 1, tokens: 1 }, weekLater);
  expect(other.ok).toBe(true);
  const notices = book.settle(late.reservation, { costMicros: 700, tokens: 1 });
  expect(notices.map(({ total, type }) => `${type} ${total.budget.name} ${total.spent}`)).toEqual([
    "budget.reached run-hour 700",
    "budget.reached person 700",
  ]);
  const { budgets } = book.standing({ limit: 50, nowMs: weekLater, viewer: EVERYTHING });
  expect(budgets.find(({ budget }) => budget === "person")).toMatchObject({ reserved: 1, settled: 0 });
});
