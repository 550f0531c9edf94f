import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesFrom } from "../testing/bytes.ts";
import { CHUNK_BYTES_MAX, Chunker } from "./chunker.ts";
import { gearOf } from "./gear.ts";

const gear = gearOf(Buffer.alloc(32, 1));

function cut(content: Buffer, pieceBytes = content.length, by = gear): Buffer[] {
  const chunker = new Chunker(by);
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += pieceBytes) {
    for (const chunk of chunker.cut(content.subarray(at, at + pieceBytes))) chunks.push(Buffer.from(chunk));
  }
  const rest = chunker.rest();
  return rest.length > 0 ? [...chunks, Buffer.from(rest)] : chunks;
}

const sizesOf = (chunks: readonly Buffer[]) => chunks.map(({ length }) => length);

test("the chunks are the content, however it comes in pieces, and always the same", () => {
  const pieces = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), pieces, fc.nat(), (size, piece, seed) => {
      const content = bytesFrom(seed, size);
      const chunks = cut(content, piece);
      expect(Buffer.concat(chunks).equals(content)).toBe(true);
      expect(sizesOf(cut(content))).toEqual(sizesOf(chunks));
    }),
    { numRuns: 60 },
  );
});

test("chunks keep to their sizes, also where nothing ever asks for a cut", () => {
  for (const content of [bytesFrom(1, 300_000), Buffer.alloc(300_000), Buffer.alloc(300_000, "ab")]) {
    const sizes = sizesOf(cut(content));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8192);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(256);
  }
  const { length } = cut(bytesFrom(1, 300_000));
  expect(300_000 / length).toBeGreaterThan(700);
  expect(300_000 / length).toBeLessThan(1500);
});

test("an insertion changes the chunks around it and no others", () => {
  const content = bytesFrom(1, 200_000);
  const changed = [content.subarray(0, 90_000), Buffer.from("inserted"), content.subarray(90_000)];
  const before = new Set(cut(content).map((chunk) => chunk.toString("latin1")));
  const added = cut(Buffer.concat(changed)).filter((chunk) => !before.has(chunk.toString("latin1")));
  expect(added.length).toBeGreaterThan(0);
  expect(added.length).toBeLessThan(6);
});

test("behind the first 4 MiB chunks are larger, and the front is cut as in a smaller content", () => {
  const content = bytesFrom(1, 6 * 1024 * 1024);
  const sizes = sizesOf(cut(content, 100_000));
  let start = 0;
  const late = sizes.filter((size) => {
    start += size;
    return start - size >= 4 * 1024 * 1024;
  });
  expect(Math.max(...late)).toBeLessThanOrEqual(CHUNK_BYTES_MAX);
  expect((2 * 1024 * 1024) / late.length).toBeGreaterThan(20_000);
  const front = sizesOf(cut(content.subarray(0, 1_000_000))).slice(0, -1);
  expect(sizes.slice(0, front.length)).toEqual(front);
});

test("another key cuts elsewhere", () => {
  const content = bytesFrom(1, 100_000);
  const endsOf = (chunks: readonly Buffer[]) => {
    let end = 0;
    return chunks.map(({ length }) => {
      end += length;
      return end;
    });
  };
  const ours = new Set(endsOf(cut(content)));
  const theirs = endsOf(cut(content, content.length, gearOf(Buffer.alloc(32, 2))));
  expect(theirs.filter((end) => ours.has(end)).length).toBeLessThan(theirs.length / 10);
});
