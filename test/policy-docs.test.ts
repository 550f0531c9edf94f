import { readFileSync } from "node:fs";
import { classify, loadParser } from "@custody/capture/postgres/texts";
import { BUILTIN_RULES_TEXT, compilePolicy, LIBRARY, runRuleTest } from "@custody/policy";
import { beforeAll, expect, test } from "vitest";

beforeAll(loadParser);

const document = readFileSync(new URL("../docs/policy.md", import.meta.url), "utf8");

/** The names in the first cells of the tables of one section. */
function namesIn(text: string, heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `(builtin:[^`]+)` +\|/gm)].map((row) => row[1] as string);
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

test("docs/policy.md has the name of every built-in rule, and no other", () => {
  const inCode = [...BUILTIN_RULES_TEXT.matchAll(/- name: (\S+)/g)].map((found) => found[1] as string);
  const documented = namesIn(document, "Built-in denials");
  expect(documented.length).toBeGreaterThan(5);
  expect(documented).toEqual([...new Set(documented)]);
  expect(sorted(documented)).toEqual(sorted(inCode));
});

/** The examples that are whole policies. */
const examples = [...document.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
  .map((found) => found[1] as string)
  .filter((text) => /^version: 1$/m.test(text));

test("docs/policy.md has whole examples, and tests in them", () => {
  expect(examples.length).toBeGreaterThan(3);
  expect(examples.some((text) => text.includes("\ntests:\n"))).toBe(true);
});

test.each(examples)("an example of docs/policy.md compiles:\n%s", (text) => {
  const policy = compilePolicy(text, "docs/policy.md");
  for (const each of policy.tests)
    expect(runRuleTest(policy, each, (sql, database) => classify(sql, { database }))).toMatchObject({
      isPassed: true,
    });
});

test("docs/policy.md has every key of match, and every variable", () => {
  const keys = [
    "agent",
    "human",
    "project",
    "target",
    "environment",
    "engine",
    "kind",
    "verb",
    "tier",
    "object",
  ];
  const variables = [
    "rows",
    "tableRows",
    'rowsWithin("10m")',
    'statementsWithin("10m")',
    "cost",
    "tokens",
    "text",
    "via",
  ];
  for (const name of [...keys, "function", "unbounded", ...variables])
    expect(document).toContain(`| \`${name}\``);
});

test("docs/policy.md has every preset", () => {
  for (const name of Object.keys(LIBRARY.presets)) expect(document).toContain(`| \`${name}\``);
});

/** What capture refuses by itself is named in its sources, and nowhere else. */
test("docs/policy.md has every refusal that no rule decides", () => {
  const sources = ["describe.ts", "function-call.ts", "refused-control.ts", "segment.ts"].map((file) =>
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
