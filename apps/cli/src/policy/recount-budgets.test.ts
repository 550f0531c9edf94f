import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RecordDraft, rfc3339, type Usage } from "@custody/domain";
import { type Ledger, LedgerReader, openLedger } from "@custody/ledger";
import { BudgetBook, budgetRecord, compilePolicy } from "@custody/policy";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { recountBudgets } from "./recount-budgets.ts";

const policy = compilePolicy(
  `version: 1
budgets:
  - { name: run, per: session, limit: { cost: "1 USD" }, warnAt: 0.5, then: stop }
`,
  "policy.yaml",
);
const NOW_MS = Date.UTC(2026, 10, 28, 12);

let directory = "";
let ledger: Ledger;
let recorder: LedgerRecorder;
let ids = 0;
const newId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "custody-budgets-"));
  ledger = await openLedger({
    describeEvent: () => "{}",
    directory,
    segmentBytes: 65_536,
    checkpointIntervalMs: 0,
  });
  const origin = originOf({ host: "h", instance: newId(), timezone: "UTC", version: "0.1.0" });
  recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
});
afterEach(async () => {
  await ledger.close();
  rmSync(directory, { recursive: true });
});

function draft(type: string, session: string, more: Partial<RecordDraft> = {}): RecordDraft {
  return {
    action: newId(),
    actor: { agent: { instance: session, name: "coder" } },
    level: "info",
    links: {},
    message: { key: type, params: {} },
    project: "shop",
    session,
    time: rfc3339(NOW_MS * 1000),
    type,
    ...more,
  };
}

function answer(session: string, costMicros: number | null): RecordDraft {
  const counted = { cacheRead: 0, cacheWrite: 0, input: 1, output: 1, reasoning: 0 };
  const usage: Usage = {
    ...counted,
    costMicros,
    currency: "USD",
    model: "m",
    prices: "t",
    provider: "openai",
  };
  return draft("model.request.completed", session, { usage });
}

async function recounted(): Promise<BudgetBook> {
  const book = new BudgetBook(policy);
  await recountBudgets(await LedgerReader.open({ directory }), ledger.size, book, NOW_MS);
  return book;
}

test("a book that is made anew knows what was spent, by whom, and what people were told", async () => {
  const live = new BudgetBook(policy);
  const child = { agent: "coder", model: "m", parentSession: "lead", project: "shop", session: "child" };
  const asked = live.reserve(child, { costMicros: 900_000, tokens: 2 }, NOW_MS);
  const notices = asked.ok ? live.settle(asked.reservation, { costMicros: 600_000, tokens: 2 }) : [];
  expect(notices.map(({ total, type }) => `${type} ${total.scope}`)).toEqual([
    "budget.warned child",
    "budget.warned lead",
  ]);
  const stamp = { action: newId(), actor: {}, nowUs: NOW_MS * 1000 };
  const noise = Array.from({ length: 300 }, () => draft("db.connection.opened", "other"));
  await recorder.record(
    [
      draft("session.started", "lead"),
      draft("session.started", "child", { parentSession: "lead" }),
      ...noise,
      answer("child", 600_000),
      answer("child", null),
      ...notices.map((notice) => budgetRecord(notice, stamp)),
    ],
    "durable",
  );
  const book = await recounted();
  expect(book.spentBy("lead")).toEqual({ costMicros: 600_000, tokens: 4 });
  const lead = { agent: "coder", model: "m", project: "shop", session: "lead" };
  expect(book.reserve(lead, { costMicros: 400_001, tokens: 1 }, NOW_MS)).toMatchObject({ left: 400_000 });
  const small = book.reserve(lead, { costMicros: 1, tokens: 1 }, NOW_MS);
  // They were warned in the run before.
  expect(small.ok && book.settle(small.reservation, { costMicros: 1, tokens: 1 })).toEqual([]);
});

test("what nobody knows the use of counts as what was set aside for it, as it did before", async () => {
  const live = new BudgetBook(policy);
  const spender = { agent: "coder", model: "m", project: "shop", session: "s" };
  for (const most of [
    { costMicros: 300_000, tokens: 9 },
    { costMicros: null, tokens: 5 },
  ]) {
    const asked = live.reserve(spender, most, NOW_MS);
    if (asked.ok) live.settle(asked.reservation, "most");
  }
  const unknown = { isUsageUnknown: true, setAsideTokens: 9, setAsideCostMicros: 300_000 };
  await recorder.record(
    [
      draft("session.started", "s"),
      draft("model.request.requested", "s", { details: { setAsideTokens: 9, setAsideCostMicros: 300_000 } }),
      { ...answer("s", 1), details: unknown, type: "model.request.failed" },
      draft("model.request.unknown", "s", { details: { isUsageUnknown: true, setAsideTokens: 5 } }),
      draft("model.request.cancelled", "s"),
    ],
    "durable",
  );
  const book = await recounted();
  const query = { limit: 10, nowMs: NOW_MS, viewer: { human: "", projects: "all" } } as const;
  expect(book.standing(query)).toEqual(live.standing(query));
  expect(book.standing(query).budgets).toMatchObject([{ settled: 300_000, unknown: 2, unpriced: 1 }]);
  expect(book.spentBy("s")).toEqual({ costMicros: 300_000, tokens: 14 });
});

test("a ledger of years leaves no more in memory than one of a month, and what counts for ever", async () => {
  const at = (day: number) => ({ time: rfc3339((NOW_MS - (700 - day) * 86_400_000) * 1000) });
  const days = Array.from({ length: 700 }, (_, day) => [
    draft("session.started", `s${day}`, at(day)),
    { ...answer(`s${day}`, 1000), ...at(day) },
  ]);
  await recorder.record(days.flat(), "durable");
  const book = await recounted();
  expect(book.size).toBeLessThan(200);
  expect(book.spentBy("s699").costMicros).toBe(1000);
  book.follow(
    compilePolicy(
      'version: 1\nbudgets:\n  - { name: all, per: all, limit: { cost: "1 USD" }, then: stop }\n',
      "policy.yaml",
    ),
  );
  const query = { limit: 10, nowMs: NOW_MS, viewer: { human: "", projects: "all" } } as const;
  expect(book.standing(query).budgets).toMatchObject([{ settled: 700_000 }]);
  // A record from a clock that was ahead makes nothing forgotten.
  await recorder.record(
    [draft("session.started", "later", { time: "2028-01-01T00:00:00.000000Z" })],
    "durable",
  );
  expect((await recounted()).spentBy("s699").costMicros).toBe(1000);
});

test("what an order destroyed is in no budget", async () => {
  await recorder.record([answer("gone", 500_000), answer("kept", 300_000)], "durable");
  const reader = await LedgerReader.open({ directory });
  const keys: string[] = [];
  const gone = reader.reference("session", "gone");
  for await (const { k, ses } of reader.envelopes(0, ledger.size)) if (ses === gone) keys.push(k);
  const order = {
    by: "tester",
    from: 0,
    keys: [...new Set(keys)],
    reason: "asked for",
    rule: "by hand",
    to: ledger.size - 1,
  };
  await (await ledger.erase(order)).purged;
  const book = await recounted();
  expect([book.spentBy("gone").costMicros, book.spentBy("kept").costMicros]).toEqual([0, 300_000]);
});
