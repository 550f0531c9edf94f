import { beforeAll, expect, test } from "vitest";
import { needPromptMemory } from "../../../../test/capture/peak-memory.ts";
import { compile } from "../testing/children.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { streamBlob } from "../testing/stream-blob.ts";

beforeAll(compile);

test("a blob of 96 MB goes in and out with less memory than it has", {
  timeout: 240_000,
}, async (context) => {
  needPromptMemory(context);
  const { growth, isSame } = await streamBlob(temporaryDirectory(), 96, "text");
  expect(isSame).toBe(true);
  expect(growth).toBeLessThan(64 * 1024 * 1024);
});
