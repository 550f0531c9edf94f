import type { ThreadNode } from "@custody/domain";
import { expect, test } from "vitest";
import { isSmall, keyOf, openAtFirst, sizeBelow } from "./folding.ts";

const node = (action: string, children: readonly ThreadNode[] = [], childrenLeft?: number): ThreadNode => ({
  action,
  children,
  index: 0,
  kind: "prompt",
  session: "s",
  state: "submitted",
  time: "2026-11-28T00:00:00.000000Z",
  ...(childrenLeft === undefined ? undefined : { childrenLeft }),
});
const many = (count: number) => Array.from({ length: count }, (_, at) => node(`c${at}`));

test("what stands below is counted at any depth, also what is not drawn", () => {
  expect(sizeBelow(node("a", [node("b", [node("c")], 5)]))).toBe(7);
});

test("a short thread is open, of a long one the end", () => {
  const [first, last] = [node("first", many(20)), node("last", many(20))];
  expect([...openAtFirst([first, last])]).toEqual([keyOf(first), keyOf(last)]);
  const long = node("long", many(50));
  expect([...openAtFirst([first, long, last])]).toEqual([keyOf(last)]);
  expect([...openAtFirst([])]).toEqual([]);
});

test("what has much below it is not small", () => {
  expect(isSmall(node("a", many(60)))).toBe(true);
  expect(isSmall(node("a", many(61)))).toBe(false);
});
