import { expect, test } from "vitest";
import { BulkClient } from "../capture/bulk-client.ts";
import { useProxy } from "../capture/fixture.ts";
import { needPromptMemory, peakGrowth } from "../capture/peak-memory.ts";
import { stories } from "../capture/well-formed.ts";

const MiB = 1024 * 1024;
const proxied = useProxy("CREATE UNLOGGED TABLE t (v text); ALTER TABLE t ALTER v SET STORAGE EXTERNAL");

test("1 GiB by COPY, in and out, and as rows, in less than 64 MiB", { timeout: 300_000 }, async (context) => {
  needPromptMemory(context);
  const client = await BulkClient.connect(proxied.url);
  const row = Buffer.from(`${"x".repeat(8191)}\n`);
  const rows = (1024 * MiB) / row.length;
  // What the engine and the allocator keep for good is not the question: only what grows with the data.
  await client.copyIn("COPY t FROM STDIN", row, 4000);
  await client.drain("COPY t TO STDOUT");
  await client.drain("TABLE t");
  await client.drain("TRUNCATE t");
  proxied.recorder.clear();
  const growth = await peakGrowth(async () => {
    await client.copyIn("COPY t FROM STDIN", row, rows);
    await client.drain("COPY t TO STDOUT");
    await client.drain("TABLE t");
  });
  await client.end();
  const [copiedIn, copiedOut, read] = stories(proxied.recorder).map(({ final }) => final?.effect);
  expect(copiedIn?.bulk?.bytes).toBe(1024 * MiB);
  expect(copiedOut?.bulk?.digest).toBe(copiedIn?.bulk?.digest);
  expect(read?.rows).toEqual({ returned: rows });
  expect(growth).toBeLessThan(64 * MiB);
});
