import { expect, test } from "vitest";
import { configSchema } from "../config/schema.ts";
import { Scopes } from "../recorder/scope.ts";
import { judge } from "./plan.ts";
import { classFor, type RetentionRules } from "./retention-rules.ts";

const day = 86_400_000;

function rulesOf(retention: unknown): RetentionRules {
  return configSchema.parse({ retention }).retention;
}

const record = (type: string, level = "info", project = "web") =>
  ({ level, project, type, time: "2026-11-27T08:00:00.000000Z" }) as Parameters<Scopes["of"]>[0];

test("the first class that a record fits in is its own", () => {
  const rules = rulesOf({
    classes: [
      { name: "noise", levels: ["debug"], keep: "7d" },
      { name: "shop", project: "shop", types: ["db.statement"], keep: "30d" },
      { name: "statements", types: ["db.statement"], keep: "forever" },
    ],
  });
  expect(classFor(rules, record("db.statement.completed", "debug"))).toBe("noise");
  expect(classFor(rules, record("db.statement.completed", "info", "shop"))).toBe("shop");
  expect(classFor(rules, record("db.statement.completed"))).toBe("statements");
  expect(classFor(rules, record("db.statements"))).toBeUndefined();
});

test("governance is never in another class, and what has no session gets a key for a day", () => {
  const scopes = new Scopes(rulesOf({ classes: [{ name: "all", keep: "1d" }] }));
  for (const type of [
    "policy.loaded",
    "session.started",
    "key.created",
    "retention.hold-placed",
    "ledger.opened",
    "checkpoint.witnessed",
  ])
    expect(scopes.of({ ...record(type), session: "s" }).class, type).toBe("governance");
  expect(scopes.of({ ...record("db.statement.completed"), session: "s" })).toEqual({
    class: "all",
    project: "web",
    session: "s",
  });
  expect(scopes.of(record("db.connection.refused"))).toEqual({
    class: "all",
    project: "web",
    session: "day 20784",
  });
  expect(new Scopes().of({ ...record("db.statement.completed"), session: "s" }).class).toBe("session");
});

test.each([
  [{ minimum: "183d", keep: "30d" }, /minimum is 183d/],
  [{ minimum: "183d", classes: [{ name: "a", keep: "182d" }] }, /minimum is 183d/],
  [{ classes: [{ name: "governance", keep: "1d" }] }, /Custody's own classes/],
  [
    {
      classes: [
        { name: "a", keep: "1d" },
        { name: "a", keep: "2d" },
      ],
    },
    /another class has this name/,
  ],
  [{ classes: [{ name: "a" }] }, /invalid/i],
  [{ classes: [{ name: "a", keep: "soon" }] }, /written as 183d/],
  [{ classes: [{ name: "a", keep: "1d", types: ["db.*"] }] }, /without an asterisk/],
  [{ keeps: "1d" }, /keeps/],
])("%j is refused", (retention, message) => {
  const result = configSchema.safeParse({ retention });
  expect(result.success).toBe(false);
  expect(JSON.stringify(result.error?.issues)).toMatch(message);
});

test("a key is due when its newest record is older than its class is kept, unless it is held or its class unknown", () => {
  const rules = rulesOf({
    keep: "30d",
    classes: [
      { name: "short", keep: "1d" },
      { name: "ever", keep: "forever" },
    ],
  });
  const now = 100 * day;
  const key = (id: string, name: string, session: string) => ({
    id,
    scope: { project: "p", class: name, session },
  });
  const usage = (days: number) => ({ entries: 1, first: 0, last: 0, lastMs: now - days * day });
  const cases = [
    [key("a", "session", "s1"), usage(31), "due"],
    [key("b", "session", "s2"), usage(29), "kept"],
    [key("c", "short", "s3"), usage(2), "due"],
    [key("d", "ever", "s4"), usage(99), "kept"],
    [key("e", "gone", "s5"), usage(99), "unknown"],
    [key("f", "governance", "s6"), usage(99), "kept"],
    [key("g", "short", "held"), usage(99), "held"],
  ] as const;
  const hold = { id: "h", placedAt: "", reason: "case", session: "held" };
  const verdicts = judge(
    cases.map(([each]) => each),
    new Map(cases.map(([each, used]) => [each.id, used])),
    rules,
    [hold],
    now,
  );
  expect(verdicts.map(({ state }) => state)).toEqual(cases.map(([, , state]) => state));
  expect(verdicts.at(-1)?.hold).toBe("h");
});
