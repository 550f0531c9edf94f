import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chunkNamer } from "./names.ts";

test("a chunk's name is the first half of an HMAC-SHA-256, as node:crypto makes it", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 4 }), (key, chunks) => {
      const nameChunk = chunkNamer(Buffer.from(key));
      for (const chunk of chunks) {
        const hmac = createHmac("sha256", key).update("custody/chunk/v1\0").update(chunk).digest("binary");
        expect(nameChunk(chunk)).toBe(hmac.slice(0, 16));
      }
    }),
    { numRuns: 50 },
  );
});
