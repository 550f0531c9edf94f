import { readFileSync } from "node:fs";
import { isPageKey } from "@custody/messages";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

/** The codes of the union, read from its source: types leave no trace at run time. */
function findingCodes(): string[] {
  const source = readFileSync(new URL("packages/evidence/src/finding.ts", root), "utf8");
  const union = /export type FindingCode =([^;]*);/.exec(source)?.[1] ?? "";
  return [...union.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1] as string).sort();
}

test("every finding has its words, and its row in docs/evidence.md", () => {
  const codes = findingCodes();
  expect(codes).toContain("SESSION_GAP");
  expect(codes.filter((code) => !isPageKey(`evidence.finding.${code}`))).toEqual([]);
  const document = readFileSync(new URL("docs/evidence.md", root), "utf8");
  const rows = document.split("\n").filter((line) => /^\| `[A-Z_]+`/.test(line));
  const documented = rows.flatMap((row) => row.split("|")[1]?.match(/[A-Z]+(?:_[A-Z]+)+/g) ?? []);
  expect(documented.sort()).toEqual(codes);
});
