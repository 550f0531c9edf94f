import { expect, it } from "vitest";
import { PartialMessage } from "./partial-message.ts";

const message = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));

it.each([1000, 8192, 9999, 70_000])("collects a large message from chunks of %i bytes", (chunkBytes) => {
  const partial = new PartialMessage(message.length);
  const stream = Buffer.concat([message, Buffer.from("next")]);
  let end = 0;
  for (let start = 0; partial.complete === undefined; start += chunkBytes) {
    end = start + partial.append(stream.subarray(start, start + chunkBytes), 0);
  }
  expect(end).toBe(message.length);
  expect(partial.complete?.equals(message)).toBe(true);
});

it("takes memory for what has come, not for what was promised", () => {
  const before = process.memoryUsage().arrayBuffers;
  const partials = Array.from({ length: 100 }, () => {
    const partial = new PartialMessage(16 * 1024 * 1024);
    partial.append(message.subarray(0, 20_000), 0);
    return partial;
  });
  expect(partials.every((partial) => partial.usedBytes === 20_000)).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 100_000);
});
