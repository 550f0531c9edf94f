import { existsSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { classify, classifyInWorker, disposeClassifier, loadParser } from "./classify.ts";

await loadParser();
afterAll(disposeClassifier);
const context = { database: "shop" };
const isBuilt = existsSync(new URL("../../../dist/postgres/classify/worker-entry.js", import.meta.url));

// The thread cannot run TypeScript; see worker.ts.
test.skipIf(!isBuilt)("the thread gives the same answers, in order", async () => {
  const texts = ["SELECT 1", "DELETE FROM t; SELECT 'ü'", "DROP TABLE x", ";;"];
  const answers = await Promise.all(texts.map((sql) => classifyInWorker(Buffer.from(sql), context)));
  expect(answers).toEqual(texts.map((sql) => classify(sql, context)));
});

test.skipIf(!isBuilt)(
  "it takes what is too long or too deep for the line",
  async () => {
    const long = `INSERT INTO t VALUES ${Array.from({ length: 100_000 }, (_, index) => `(${index}, 'x')`).join(",")}`;
    expect((await classifyInWorker(long, context))[0]?.verb).toBe("INSERT");
    const deep = `DELETE FROM t WHERE a = ${"1 + ".repeat(3000)}1`;
    expect(() => classify(deep, context)).toThrow("nested too deeply");
    expect((await classifyInWorker(deep, context))[0]?.verb).toBe("DELETE");
  },
  60_000,
);

test.skipIf(!isBuilt)("a refusal crosses over with its code and place", async () => {
  await expect(classifyInWorker("SELECT 1 FROM", context)).rejects.toMatchObject({
    code: "STATEMENT_UNPARSEABLE",
    position: 13,
  });
});

test.skipIf(!isBuilt)(
  "a text that kills the thread is refused, and the next one is answered",
  async () => {
    await expect(classifyInWorker(`SELECT ${"1+".repeat(2_000_000)}1`, context)).rejects.toMatchObject({
      code: "STATEMENT_TOO_COMPLEX",
    });
    expect(await classifyInWorker("SELECT 1", context)).toHaveLength(1);
  },
  60_000,
);
