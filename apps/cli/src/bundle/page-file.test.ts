import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { PageFile } from "./page-file.ts";

const folder = mkdtempSync(join(tmpdir(), "custody-page-"));
afterAll(() => rmSync(folder, { force: true, recursive: true }));

const manifest = { destroyed: 0, madeAt: "", madeBy: "", records: 0, session: "s", v: 1 } as const;

async function written(name: string, records: Iterable<string>) {
  const path = join(folder, name);
  const page = await PageFile.create(path);
  let index = 0;
  for (const record of records) {
    const at = index;
    await page.add(`receipt ${at}`, record, () => `behind ${at}`);
    index += 1;
  }
  await page.finish({ checkpoint: "c", manifest, outside: [], verifier: "v" });
  const html = readFileSync(path, "utf8");
  const blocks = [...html.matchAll(/<script type="application\/json" data-block="(\w+)">(.*)<\/script>\n/g)];
  const of = (wanted: string) =>
    blocks.filter(([, block]) => block === wanted).map(([, , json]) => JSON.parse(json as string));
  return { facts: of("evidence")[0], html, lines: of("records").flat() as string[] };
}

test("a page holds as many records as a browser can take, and ends where they end", async () => {
  const { facts, lines } = await written(
    "many",
    Array.from({ length: 10_001 }, (_, at) => `record ${at}`),
  );
  expect(lines).toHaveLength(20_000);
  expect(lines.slice(-2)).toEqual(["receipt 9999", "record 9999"]);
  expect(facts).toMatchObject({ lastLine: "behind 9999", verifier: "v" });
});

test("after one that is too large no other follows, however small", async () => {
  const { facts, lines } = await written("large", ["small", "x".repeat(48 * 1024 * 1024), "small"]);
  expect(lines).toEqual(["receipt 0", "small"]);
  expect(facts.lastLine).toBe("behind 0");
});

test("nothing in a record ends its element, begins a comment, or hides from whoever reads the file", async () => {
  const hostile = "</script><!-- <SCRIPT> \u202e \u2028 \u0000 \u{e0041} ]]> &lt;";
  const { html, lines } = await written("hostile", [hostile]);
  expect(lines[1]).toBe(hostile);
  const data = html.split("\n").filter((line) => line.includes('data-block="records"'));
  expect(data.join("").match(/</g)).toHaveLength(2);
  expect(data.join("")).not.toMatch(/[\u202e\u2028\u0000]|\u{e0041}/u);
});
