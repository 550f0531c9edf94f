import type { RecordRow } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyList, firstPage, heldCount, released, withArrived, withOlderPage } from "./action-list.ts";

function row(index: number, action = `a${index}`): RecordRow {
  return {
    index,
    action,
    id: `r${index}`,
    time: "2026-11-20T17:57:48.852975Z",
    level: "info",
    type: "db.statement.requested",
    message: { key: "db.statement.requested", params: {} },
    project: "p",
    verbs: [],
    objects: [],
  };
}

const list = firstPage({ rows: [row(5), row(3)], next: 3, size: 6 });
const indexes = (rows: readonly RecordRow[]): number[] => rows.map(({ index }) => index);

test("a new action goes to the top, and a known one stays where it is", () => {
  const after = withArrived(list, [row(6), row(7, "a3"), row(8)], "flowing");
  expect(indexes(after.rows)).toEqual([8, 6, 5, 7]);
});

test("while the reader has scrolled down, known actions change in place and new ones wait", () => {
  const after = withArrived(list, [row(6), row(7, "a3"), row(8, "a6")], "steady");
  expect(indexes(after.rows)).toEqual([5, 7]);
  expect(indexes(after.held)).toEqual([8]);
  expect(indexes(released(after).rows)).toEqual([8, 5, 7]);
});

test("while it is paused nothing changes, and only new actions are counted", () => {
  const after = withArrived(list, [row(6), row(7, "a3")], "paused");
  expect(after.rows).toBe(list.rows);
  expect(heldCount(after)).toBe(1);
  expect(indexes(released(after).rows)).toEqual([6, 5, 7]);
});

test("an older page does not repeat an action that has a newer record", () => {
  const after = withOlderPage(withArrived(list, [row(9, "a2")], "flowing"), {
    rows: [row(2), row(1)],
    next: null,
    size: 10,
  });
  expect(indexes(after.rows)).toEqual([9, 5, 3, 1]);
});

test("a record that comes late does not take the place of a newer one", () => {
  expect(indexes(withArrived(list, [row(4, "a5")], "flowing").rows)).toEqual([5, 3]);
});

test("more than is worth holding is cut, and said", () => {
  const many = Array.from({ length: 6000 }, (_, at) => row(10 + at));
  const after = withArrived(list, many, "paused");
  expect(after.held).toHaveLength(5000);
  expect(after.isHeldCut).toBe(true);
});

test("however rows arrive, each action is there once with its newest record", () => {
  const arrival = fc.record({
    actions: fc.array(fc.nat(8), { maxLength: 20 }),
    movement: fc.constantFrom("flowing", "steady", "paused"),
  });
  fc.assert(
    fc.property(fc.array(arrival), (arrivals) => {
      let state = emptyList;
      let index = 0;
      const newest = new Map<string, number>();
      for (const { actions, movement } of arrivals) {
        const rows = actions.map((action) => row(index++, `a${action}`));
        for (const { action, index } of rows) newest.set(action, index);
        state = withArrived(state, rows, movement as "flowing" | "steady" | "paused");
      }
      const all = released(state).rows;
      expect(new Map(all.map(({ action, index }) => [action, index]))).toEqual(newest);
      expect(all).toHaveLength(newest.size);
    }),
  );
});
