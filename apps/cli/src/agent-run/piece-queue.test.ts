import type { Piece } from "@custody/capture/terminal";
import { expect, test } from "vitest";
import { PieceQueue } from "./piece-queue.ts";
import type { Posted } from "./run-channel.ts";

const pieceOf = (piece: number, characters = 10): Piece => ({
  columns: 80,
  droppedBytes: 0,
  fromUs: 0,
  piece,
  recording: "x".repeat(characters),
  rows: 24,
  toUs: 0,
});

test("pieces are given one after the other, again and again until they are taken", async () => {
  const answers: Posted[] = ["taken", "gone", "gone", "taken", "taken"];
  const posted: number[] = [];
  let underWay = 0;
  const queue = new PieceQueue(async ({ piece }) => {
    underWay += 1;
    expect(underWay).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay -= 1;
    posted.push(piece);
    return answers.shift() ?? "taken";
  });
  for (const piece of [0, 1, 2]) queue.add(pieceOf(piece));
  expect(queue.isComplete).toBe(false);
  await queue.drained();
  expect(posted).toEqual([0, 1, 1, 1, 2]);
  expect(queue.isComplete).toBe(true);
});

test("a piece that comes in the very moment in which nothing is left is given as well", async () => {
  for (let turns = 0; turns < 10; turns += 1) {
    const posted: number[] = [];
    const queue = new PieceQueue(async ({ piece }) => {
      posted.push(piece);
      if (piece === 0) void afterTurns(turns, () => queue.add(pieceOf(1)));
      return "taken";
    });
    queue.add(pieceOf(0));
    await expect.poll(() => posted, { message: `${turns} turns` }).toEqual([0, 1]);
    await queue.drained();
    expect(queue.isComplete).toBe(true);
  }
});

test("it is full at 16 MiB, and has room again at half of that", async () => {
  const taking: ((posted: Posted) => void)[] = [];
  const queue = new PieceQueue(() => new Promise<Posted>((resolve) => taking.push(resolve)));
  const megabyte = 1024 * 1024;
  for (let piece = 0; piece < 16; piece += 1) {
    expect(queue.isFull).toBe(false);
    queue.add(pieceOf(piece, megabyte));
  }
  for (let taken = 1; taken <= 16; taken += 1) {
    expect(queue.isFull).toBe(taken <= 8);
    await expect.poll(() => taking.length).toBe(taken);
    taking[taken - 1]?.("taken");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await queue.drained();
  expect(queue.isComplete).toBe(true);
});

test("what is refused is never taken, and nothing waits for it", async () => {
  let posts = 0;
  const queue = new PieceQueue(async () => {
    posts += 1;
    return "refused";
  });
  queue.add(pieceOf(0));
  queue.add(pieceOf(1));
  await queue.drained();
  queue.add(pieceOf(2));
  await queue.drained();
  expect(posts).toBe(1);
  expect(queue.isFull).toBe(false);
  expect(queue.isComplete).toBe(false);
});

test("when nobody answers any more, what waits is given up", async () => {
  const queue = new PieceQueue(async () => "gone");
  queue.add(pieceOf(0));
  setTimeout(() => queue.close(), 10);
  await queue.drained();
  expect(queue.isComplete).toBe(false);
});

async function afterTurns(turns: number, act: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await undefined;
  act();
}
