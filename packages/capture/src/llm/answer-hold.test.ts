import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerHold } from "./answer-hold.ts";

const MARK = '"message_stop"';

/** What goes on at once, and what only at the release. */
function through(pieces: readonly Buffer[], marks: readonly string[]): readonly [string, string] {
  const hold = new AnswerHold(marks);
  const atOnce = pieces.flatMap((piece) => hold.take(piece));
  return [Buffer.concat(atOnce).toString(), Buffer.concat(hold.release()).toString()];
}

function cut(text: string, sizes: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return at < bytes.length ? [...pieces, bytes.subarray(at)] : pieces;
}

test("whatever the pieces, everything comes, and never the whole mark before its release", () => {
  const body = fc.array(fc.constantFrom('data: {"type":"ping"}\n\n', '"message_sto', 'p"', "x"), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(body, fc.boolean(), fc.array(fc.integer({ max: 9, min: 1 })), (parts, hasMark, sizes) => {
      const text = `${parts.join("")}${hasMark ? `data: {"type":${MARK}}\n\n` : ""}`;
      const [atOnce, later] = through(cut(text, sizes), [MARK]);
      expect(atOnce + later).toBe(text);
      expect(atOnce).not.toContain(MARK);
      if (!text.includes(MARK)) expect(later).toBe("");
    }),
  );
});

test("where nobody can see marks, the newest piece waits for another one", () => {
  const hold = new AnswerHold([]);
  const [a, b] = [Buffer.from("a"), Buffer.from("b")];
  expect(hold.take(a)).toEqual([]);
  expect(hold.take(b)).toEqual([a]);
  expect(hold.release()).toEqual([b]);
});
