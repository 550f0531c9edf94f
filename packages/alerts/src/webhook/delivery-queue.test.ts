import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DeliveryQueue, RETRY_PAUSES_MS, WAITING_MAX, type Waiting } from "./delivery-queue.ts";

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function setUp() {
  const sent: { id: string; at: number }[] = [];
  const dead: { id: string; reason: string }[] = [];
  const refused = new Set<string>();
  const state = { isDown: false };
  const queue = new DeliveryQueue<string>({
    nowMs: Date.now,
    onChange: () => {},
    onDead: ({ id }: Waiting<string>, reason) => dead.push({ id, reason }),
    send: async (id) => {
      sent.push({ at: Date.now(), id });
      if (state.isDown || refused.has(id)) throw new Error("down");
    },
  });
  return { dead, queue, refused, sent, state };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("messages are sent at once, one after the other, in their order", async () => {
  const { queue, sent } = setUp();
  for (const id of ["a", "b", "c", "a"]) queue.add(id, 0, id);
  await pass(10);
  expect(sent.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect([queue.delivered, queue.waiting.length]).toEqual([3, 0]);
});

test("what does not arrive is tried again after growing pauses, and given up after the last", async () => {
  const { dead, queue, sent, state } = setUp();
  state.isDown = true;
  queue.add("a", 7, "a");
  await pass(100 * 3_600_000);
  const pauses = sent.map(({ at }, number) => at - (sent[number - 1]?.at ?? 0)).slice(1);
  expect(pauses).toEqual(RETRY_PAUSES_MS);
  expect([...pauses].sort((one, other) => one - other)).toEqual(pauses);
  expect(dead).toEqual([{ id: "a", reason: "down" }]);
  expect([queue.dead, queue.waiting.length, queue.failure]).toEqual([1, 0, "down"]);
});

test("once the receiver is back, all that waits is delivered, each once", async () => {
  const { queue, sent, state } = setUp();
  state.isDown = true;
  for (const id of ["a", "b", "c"]) queue.add(id, 0, id);
  await pass(600_000);
  state.isDown = false;
  sent.length = 0;
  queue.add("d", 0, "d");
  await pass(10);
  expect(sent.map(({ id }) => id).sort()).toEqual(["a", "b", "c", "d"]);
  expect([queue.delivered, queue.failure]).toEqual([4, undefined]);
});

test("a message that a receiver does not take holds no other one up", async () => {
  const { queue, refused, sent } = setUp();
  refused.add("bad");
  queue.add("bad", 0, "bad");
  await pass(10);
  queue.add("good", 0, "good");
  await pass(10);
  expect(sent.map(({ id }) => id)).toContain("good");
  expect(queue.waiting.map(({ id }) => id)).toEqual(["bad"]);
});

test("more than may wait are given up, the oldest first", async () => {
  const { dead, queue, state } = setUp();
  state.isDown = true;
  for (let number = 0; number <= WAITING_MAX; number += 1) queue.add(`m-${number}`, number, "");
  expect(dead).toEqual([{ id: "m-0", reason: `more than ${WAITING_MAX} messages wait` }]);
  await pass(1000);
  expect(queue.waiting).toHaveLength(WAITING_MAX);
});

test("attempts that were made before a restart count", async () => {
  const { dead, queue, state } = setUp();
  state.isDown = true;
  queue.add("a", 0, "a", RETRY_PAUSES_MS.length);
  await pass(1);
  expect(dead).toHaveLength(1);
});

test("after it was closed nothing is sent", async () => {
  const { queue, sent } = setUp();
  queue.add("a", 0, "a");
  queue.close();
  queue.add("b", 0, "b");
  await pass(10_000);
  expect(sent).toEqual([]);
});
