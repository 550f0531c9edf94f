import { expect, test } from "vitest";
import { steadyList } from "./steady-list.ts";

const items = (...ids: string[]) => ids.map((id) => ({ id }));
const idsOf = ({ places }: ReturnType<typeof steadyList>) =>
  places.map(({ id, item }) => (item === undefined ? `(${id})` : id));

test("the first look shows all", () => {
  const list = steadyList([], items("b", "a"));
  expect(idsOf(list)).toEqual(["b", "a"]);
  expect(list.newCount).toBe(0);
});

test("what is new waits, what is older is added, and nothing moves", () => {
  const list = steadyList(["c", "b"], items("e", "d", "c", "b", "a"));
  expect(idsOf(list)).toEqual(["c", "b", "a"]);
  expect(list.newCount).toBe(2);
});

test("what has left the list leaves its place, and what came into its middle waits", () => {
  const list = steadyList(["d", "c", "a"], items("d", "b", "a"));
  expect(idsOf(list)).toEqual(["d", "(c)", "a"]);
  expect(list.newCount).toBe(1);
});

test("where nothing is left of what was shown, all is shown anew", () => {
  expect(idsOf(steadyList(["c"], items("b")))).toEqual(["b"]);
});
