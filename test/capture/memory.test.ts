import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BulkClient } from "./bulk-client.ts";
import { useProxy } from "./fixture.ts";
import { needPromptMemory, peakGrowth } from "./peak-memory.ts";
import { stories } from "./well-formed.ts";

const MiB = 1024 * 1024;
const growthMax = 64 * MiB;
const proxied = useProxy("CREATE UNLOGGED TABLE t (v text); ALTER TABLE t ALTER v SET STORAGE EXTERNAL");

describe("memory stays flat, however much passes", () => {
  test("300 MB by COPY, in and out", async (context) => {
    needPromptMemory(context);
    const client = await BulkClient.connect(proxied.url);
    const row = Buffer.from(`${"x".repeat(8190)}\n`);
    const rows = Math.ceil((300 * MiB) / row.length);
    // What the engine and the allocator keep for good is not the question: only what grows with the data.
    await client.copyIn("COPY t FROM STDIN", row, 2000);
    await client.drain("COPY t TO STDOUT");
    await client.drain("TRUNCATE t");
    proxied.recorder.clear();
    const growth = await peakGrowth(async () => {
      await client.copyIn("COPY t FROM STDIN", row, rows);
      await client.drain("COPY t TO STDOUT");
    });
    await client.end();
    const hash = createHash("sha256");
    for (let at = 0; at < rows; at += 1) hash.update(row);
    const digest = hash.digest("hex");
    const bytes = row.length * rows;
    expect(stories(proxied.recorder).map(({ final }) => final?.effect?.bulk)).toEqual([
      { bytes, digest, direction: "in" },
      { bytes, digest, direction: "out" },
    ]);
    expect(growth).toBeLessThan(growthMax);
  });

  test("200 MB of rows to a slow reader, in order", async (context) => {
    needPromptMemory(context);
    const sql = "SELECT g, repeat('x', 20000) FROM generate_series(1, 10000) g";
    const [direct, client] = [
      await BulkClient.connect(proxied.directUrl),
      await BulkClient.connect(proxied.url),
    ];
    await direct.drain(sql);
    const slowly = (chunks: number) =>
      chunks % 7 === 0 ? new Promise((resolve) => setTimeout(resolve, 2)) : undefined;
    const growth = await peakGrowth(async () => void (await client.drain(sql, slowly)));
    await Promise.all([direct.end(), client.end()]);
    expect([client.rows, client.digest]).toEqual([10_000, direct.digest]);
    expect(stories(proxied.recorder)[0]?.final?.effect?.rows).toEqual({ returned: 10_000 });
    expect(growth).toBeLessThan(growthMax);
  });
});
