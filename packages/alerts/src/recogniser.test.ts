import { expect, test } from "vitest";
import { factsOf } from "./facts.ts";
import { Recogniser } from "./recogniser.ts";
import { record, statement } from "./testing/records.ts";

const kindOf = (...given: Parameters<typeof record>) =>
  new Recogniser().recognise(factsOf(record(...given)))?.kind;

test.each([
  ["db.statement.denied", {}, "statement-denied"],
  ["db.connection.refused", { code: "SIGN_IN_REFUSED" }, "connection-refused"],
  ["db.connection.refused", { code: "SIGN_IN_REFUSED", reason: "expired" }, "token-expired"],
  ["db.connection.refused", { code: "SIGN_IN_REFUSED", reason: "another-project" }, "token-elsewhere"],
  ["db.connection.refused", { code: "SIGN_IN_REFUSED", reason: "another-database" }, "token-elsewhere"],
  ["db.connection.refused", { code: "SIGN_IN_REFUSED", reason: "left" }, undefined],
  ["db.connection.refused", { code: "SIGN_IN_REFUSED", reason: "shutting-down" }, undefined],
  ["db.connection.refused", { code: "UPSTREAM_UNREACHABLE" }, undefined],
  ["target.changed", { attempts: 1, repinned: false }, "target-changed"],
  ["target.changed", { repinned: true }, undefined],
  ["access.sign-in-refused", {}, "sign-in-refused"],
  ["user.locked", {}, "sign-in-locked"],
  ["user.recovery-opened", { name: "ada" }, "owner-recovery"],
  ["access.denied", {}, "access-denied"],
  ["approval.requested", {}, "approval-waits"],
  ["approval.misused", {}, "approval-misused"],
  ["checkpoint.contradicted", { place: "git" }, "ledger-contradicted"],
  ["disk.low", {}, "disk-low"],
  ["disk.stopped", {}, "disk-stopped"],
  ["db.statement.completed", {}, undefined],
  ["session.started", {}, undefined],
])("%s with %o is %s", (type, details, kind) => {
  expect(kindOf(type, 0, { details })).toBe(kind);
});

test("a write that a freeze has stopped is that, and not just any denial", () => {
  const decision = { effect: "deny" as const, policy: "", reasons: [] };
  expect(kindOf("db.statement.denied", 0, { decision: { ...decision, rule: "freeze" } })).toBe(
    "frozen-write",
  );
  expect(kindOf("db.statement.denied", 0, { decision: { ...decision, rule: "no-freeze" } })).toBe(
    "statement-denied",
  );
});

test("what was counted by whoever recorded it counts as often", () => {
  const occurrence = (attempts: number) =>
    new Recogniser().recognise(factsOf(record("target.changed", 0, { details: { attempts } })));
  expect([7, 0, -1, 1.5].map((attempts) => occurrence(attempts)?.count)).toEqual([7, 1, 1, 1]);
});

test("a client's port does not tell one address from another", () => {
  const recogniser = new Recogniser();
  expect(recogniser.concerns("db.connection.refused", undefined)).toBe(true);
  expect(recogniser.concerns("db.statement.completed", "s-1")).toBe(false);
  expect(recogniser.concerns("db.statement.requested", "s-1")).toBe(false);
});

/** Denies the first, and tells whether the second is taken for a rewording of it. */
function isReworded(
  denied: Parameters<typeof statement>[2],
  tried: Parameters<typeof statement>[2],
  seconds = 60,
): boolean {
  const recogniser = new Recogniser();
  recogniser.recognise(factsOf(statement("denied", 0, denied)));
  const facts = factsOf(statement("requested", seconds, tried));
  return recogniser.concerns(facts.type, facts.session) && recogniser.recognise(facts) !== undefined;
}

const denied = { digest: "UPDATE orders", tier: "write" } as const;

test("after a denial, another statement on the same thing that reaches as far is a rewording", () => {
  expect(isReworded(denied, { digest: "MERGE INTO orders", tier: "write" })).toBe(true);
  expect(isReworded(denied, { digest: "DELETE FROM orders", tier: "destructive" })).toBe(true);
});

test("no rewording: the same statement, another thing, less reach, another session, or later", () => {
  expect(isReworded(denied, denied)).toBe(false);
  expect(isReworded(denied, { digest: "b", names: ["users"], tier: "write" })).toBe(false);
  expect(isReworded(denied, { digest: "SELECT", tier: "read" })).toBe(false);
  expect(isReworded(denied, { digest: "b", session: "s-2", tier: "write" })).toBe(false);
  expect(isReworded(denied, { digest: "b", tier: "write" }, 599)).toBe(true);
  expect(isReworded(denied, { digest: "b", tier: "write" }, 600)).toBe(false);
});

test("a second destructive attempt is one, whatever it is aimed at", () => {
  const drop = { digest: "DROP SCHEMA a", names: ["a"], tier: "destructive" } as const;
  expect(isReworded(drop, { digest: "DROP SCHEMA b", names: ["b"], tier: "destructive" })).toBe(true);
  expect(isReworded(drop, { digest: "UPDATE c", names: ["c"], tier: "write" })).toBe(false);
});

test("what was denied is remembered over a restart, and for so many sessions and statements only", () => {
  const recogniser = new Recogniser();
  for (let at = 0; at < 1500; at += 1)
    recogniser.recognise(factsOf(statement("denied", at / 100, { ...denied, session: `s-${at}` })));
  for (let at = 0; at < 100; at += 1)
    recogniser.recognise(
      factsOf(statement("denied", 20, { digest: `d-${at}`, session: "s-1499", tier: "write" })),
    );
  expect(recogniser.denials).toHaveLength(1000);
  expect(recogniser.denials.at(-1)?.[1]).toHaveLength(32);
  const again = new Recogniser(JSON.parse(JSON.stringify(recogniser.denials)));
  const tried = factsOf(statement("requested", 30, { digest: "b", session: "s-1499", tier: "write" }));
  expect(again.recognise(tried)?.kind).toBe("statement-reworded");
});
