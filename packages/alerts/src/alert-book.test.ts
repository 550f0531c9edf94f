import { expect, test } from "vitest";
import { ALERTS_MAX, AlertBook, OPEN_GROUPS_MAX } from "./alert-book.ts";
import { factsOf } from "./facts.ts";
import { Recogniser } from "./recogniser.ts";
import { at, msAt, record, statement } from "./testing/records.ts";

function setUp() {
  let ids = 0;
  const book = new AlertBook(() => `alert-${++ids}`);
  const recogniser = new Recogniser();
  const see = (draft: ReturnType<typeof record>) => {
    const occurrence = recogniser.recognise(factsOf(draft));
    return occurrence && book.see(occurrence);
  };
  return { book, see };
}

const denial = (seconds: number, session = "s-1") =>
  statement("denied", seconds, { digest: "DELETE FROM orders", session, tier: "destructive" });

test("the first occurrence is told at once, the others are counted, and a minute later they are told", () => {
  const { book, see } = setUp();
  const first = see(denial(0));
  expect(first).toMatchObject({
    alert: { count: 1, kind: "statement-denied", level: "warning" },
    what: "raised",
  });
  book.recorded(first?.alert as never, msAt(0));
  expect([see(denial(1)), see(denial(2))]).toEqual([undefined, undefined]);
  expect(book.nextDueMs()).toBe(msAt(60));
  expect(book.due(msAt(59))).toEqual([]);
  const [update] = book.due(msAt(60));
  expect(update).toMatchObject({ alert: { count: 3, firstAt: at(0), lastAt: at(2) }, what: "updated" });
  book.recorded(update?.alert as never, msAt(60));
  expect(book.due(msAt(600))).toEqual([]);
  expect(book.nextDueMs()).toBeUndefined();
});

test("a storm of ten thousand is one alert with the exact count, told when it began and when it became worse", () => {
  const { book, see } = setUp();
  const changes = [];
  for (let number = 0; number < 10_000; number += 1) {
    const change = see(denial(number / 1000));
    if (change === undefined) continue;
    changes.push([change.what, change.alert.level, change.alert.count]);
    book.recorded(change.alert, msAt(number / 1000));
  }
  expect(changes).toEqual([
    ["raised", "warning", 1],
    ["updated", "error", 5],
  ]);
  expect(book.alerts()).toHaveLength(1);
  expect(book.due(msAt(70))).toMatchObject([{ alert: { count: 10_000 }, what: "updated" }]);
});

test("another session, and the same after ten minutes of quiet, are alerts of their own", () => {
  const { see } = setUp();
  expect(see(denial(0))?.what).toBe("raised");
  expect(see(denial(1, "s-2"))?.what).toBe("raised");
  expect(see(denial(599))).toBeUndefined();
  expect(see(denial(599 + 599))).toBeUndefined();
  expect(see(denial(599 + 599 + 600))?.what).toBe("raised");
});

test("what somebody has seen counts on, and is open again once it becomes worse", () => {
  const { book, see } = setUp();
  const id = see(denial(0))?.alert.id as string;
  book.acknowledge(id, { at: at(1), by: "somebody" });
  expect(book.openCount).toBe(0);
  for (let number = 0; number < 3; number += 1) expect(see(denial(2))).toBeUndefined();
  expect(book.find(id)).toMatchObject({ acknowledged: { by: "somebody" }, count: 4 });
  expect(see(denial(3))).toMatchObject({ what: "updated" });
  expect(book.openCount).toBe(1);
  expect(book.acknowledge("unknown", { at: at(1), by: "somebody" })).toBeUndefined();
});

test("what is seen again after a restart becomes the alert that is on record, and not another one", () => {
  const { book, see } = setUp();
  const first = see(denial(0));
  const recordedAlert = { ...(first?.alert as object), count: 1, id: "on-record" } as never;
  book.recorded(recordedAlert, msAt(0));
  see(denial(1));
  expect(book.alerts()).toMatchObject([{ count: 2, id: "on-record" }]);
  expect(book.due(msAt(1))).toEqual([]);
});

test("what was seen and is not on record is told after a restart", () => {
  const { book, see } = setUp();
  see(denial(0));
  const again = new AlertBook(() => "another", JSON.parse(JSON.stringify(book.entries)));
  expect(again.due(msAt(1))).toMatchObject([{ alert: { count: 1, id: "alert-1" }, what: "raised" }]);
});

test("groups without end are counted together, and alerts without end are forgotten, seen ones first", () => {
  const { book, see } = setUp();
  const sign = (number: number, seconds = 0) =>
    see(record("access.sign-in-refused", seconds, { details: { address: `10.0.${number}.1:5` } }));
  const first = sign(0)?.alert.id as string;
  for (let number = 1; number < OPEN_GROUPS_MAX + 500; number += 1) sign(number);
  expect(book.alerts()).toHaveLength(OPEN_GROUPS_MAX + 1);
  expect(book.alerts()[0]?.count).toBe(500);
  book.acknowledge(book.alerts()[5]?.id as string, { at: at(1), by: "somebody" });
  const seen = book.alerts()[5]?.id as string;
  for (let number = 0; number < ALERTS_MAX - OPEN_GROUPS_MAX; number += 1) sign(number, 7200);
  expect(book.alerts().length).toBeLessThanOrEqual(ALERTS_MAX);
  expect(book.find(seen)).toBeUndefined();
  expect(book.find(first)).toBeDefined();
});

test("names and addresses are cut, and the port is not part of an address", () => {
  const { book, see } = setUp();
  see(record("access.denied", 0, { details: { address: "[::1]:4711", name: "x".repeat(5000) } }));
  expect(book.alerts()[0]?.subject).toMatchObject({ address: "::1", name: "x".repeat(200) });
  see(record("access.denied", 0, { details: { address: "10.0.0.1:4711", name: "y" } }));
  expect(book.alerts()[0]?.subject.address).toBe("10.0.0.1");
});

test("what nothing can record is told once", () => {
  const { book } = setUp();
  expect(book.seeUnrecorded("ledger-failed", at(0), { reason: "full" })).toMatchObject({ level: "critical" });
  expect(book.seeUnrecorded("ledger-failed", at(1), { reason: "full" })).toBeUndefined();
  expect(book.due(msAt(600))).toEqual([]);
});
