import { beforeAll, expect, test } from "vitest";
import { compile } from "../../packages/ledger/src/testing/children.ts";
import { temporaryDirectory } from "../../packages/ledger/src/testing/directory.ts";
import { streamBlob } from "../../packages/ledger/src/testing/stream-blob.ts";
import { needPromptMemory } from "../capture/peak-memory.ts";

beforeAll(compile);

test.for<[number, "text" | "noise"]>([
  [200, "text"],
  [200, "noise"],
  [1024, "text"],
])(
  "memory stays flat while a blob of %i MB of %s goes in and out",
  { timeout: 900_000 },
  async ([megabytes, kind], context) => {
    needPromptMemory(context);
    const { growth, isSame } = await streamBlob(temporaryDirectory(), megabytes, kind);
    expect(isSame).toBe(true);
    expect(growth).toBeLessThan(80 * 1024 * 1024);
  },
);
