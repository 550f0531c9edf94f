import { expect, test } from "vitest";
import { loadParser, parse } from "./parser.ts";

await loadParser();

test("a parser that a statement broke is replaced, and nothing is answered in the meantime", async () => {
  for (let round = 0; round < 40; round += 1) {
    expect(() => parse(`SELECT ${"1+".repeat(30_000)}1`)).toThrow("nested too deeply");
    expect(() => parse("SELECT 1")).toThrow("being replaced");
    await loadParser();
    expect(parse("SELECT 1")).toHaveLength(1);
  }
});
