import { FrameScanner, frontendFrames } from "@custody/wire/postgres";
import fc from "fast-check";
import { expect, test } from "vitest";
import { joinNeighbours, RequestGatherer } from "./requests.ts";

function message(letter: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5, letter);
  header.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([header, body]);
}

const messages = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 50 }).map((body) => ({ letter: "d", body: Buffer.from(body) })),
    fc.constantFrom("c", "f", "S", "H", "Q", "P").map((letter) => ({ letter, body: Buffer.from("x\0") })),
  ),
  { maxLength: 15 },
);

test("whatever the chunks, the bytes that go on are those that came, in order, and the payloads are the data", () => {
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, sizes) => {
      // A Sync at the end, so that everything belongs to a finished segment.
      const all = [...sent, { letter: "S", body: Buffer.alloc(0) }];
      const stream = Buffer.concat(all.map(({ letter, body }) => message(letter, body)));
      const gatherer = new RequestGatherer();
      const scanner = new FrameScanner(frontendFrames);
      const forwarded: Buffer[] = [];
      const payloads: Buffer[] = [];
      for (let from = 0, turn = 0; from < stream.length; turn += 1) {
        const to = Math.min(stream.length, from + (sizes[turn % sizes.length] as number));
        const chunk = stream.subarray(from, to);
        gatherer.begin(chunk);
        scanner.scan(chunk, gatherer);
        for (const request of gatherer.take()) {
          if (request.kind === "segment") forwarded.push(...joinNeighbours(request.messages));
          if (request.kind === "copy-end") forwarded.push(request.raw);
          if (request.kind !== "copy-data") continue;
          forwarded.push(...request.run.bytes);
          payloads.push(...request.run.payloads);
        }
        from = to;
      }
      expect(Buffer.concat(forwarded).equals(stream)).toBe(true);
      const data = all.filter(({ letter }) => letter === "d").map(({ body }) => body);
      expect(Buffer.concat(payloads).equals(Buffer.concat(data))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
