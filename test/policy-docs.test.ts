import { readFileSync } from "node:fs";
import { BUILTIN_RULES_TEXT, compilePolicy, DEFAULT_POLICY_TEXT } from "@custody/policy";
import { expect, test } from "vitest";

const document = readFileSync(new URL("../docs/policy.md", import.meta.url), "utf8");

/** The names in the first cells of the tables of one section. */
function namesIn(text: string, heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `(builtin:[^`]+)` +\|/gm)].map((row) => row[1] as string);
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

test("docs/policy.md has the name of every built-in denial, and no other", () => {
  const { rules } = compilePolicy(DEFAULT_POLICY_TEXT, "test");
  const documented = namesIn(document, "Built-in denials");
  expect(documented.length).toBeGreaterThan(5);
  expect(documented).toEqual([...new Set(documented)]);
  expect(sorted(documented)).toEqual(sorted(rules.map(({ name }) => name)));
  expect(BUILTIN_RULES_TEXT.match(/- name: /g)?.length).toBe(rules.length);
});

/** What capture refuses by itself is named in its sources, and nowhere else. */
test("docs/policy.md has every refusal that no rule decides", () => {
  const sources = ["describe.ts", "segment.ts"].map((file) =>
    readFileSync(new URL(`../packages/capture/src/postgres/${file}`, import.meta.url), "utf8"),
  );
  const inCode = sources.flatMap((source) => source.match(/(?<=")builtin:[a-z-]+(?=")/g) ?? []);
  expect(inCode).toContain("builtin:unparseable");
  expect(sorted(namesIn(document, "What no rule decides"))).toEqual(sorted(inCode));
});

test("a name on one side only is found", () => {
  const text = "# Policy\n\n## Other\n\n| `builtin:x` | a |\n\n## Built-in denials\n\n| `builtin:y`  | b |\n";
  expect(namesIn(text, "Built-in denials")).toEqual(["builtin:y"]);
  expect(namesIn(text, "Absent")).toEqual([]);
});
