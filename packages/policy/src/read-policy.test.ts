import { expect, test } from "vitest";
import { PolicyError } from "./error.ts";
import { compilePolicy, DEFAULT_POLICY_TEXT } from "./policy.ts";

function errorOf(text: string): PolicyError {
  try {
    compilePolicy(text, "policy.yaml");
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("the policy was accepted");
}

test.each<[string, string, string, number, string]>([
  ["not YAML", "version: 1\nrules: [", "POLICY_SYNTAX", 2, ""],
  ["a key twice", "version: 1\nrules: []\nrules: []", "POLICY_SYNTAX", 3, "unique"],
  ["two documents", "version: 1\n---\nversion: 1", "POLICY_SYNTAX", 2, ""],
  ["an unknown tag", "version: !x 1", "POLICY_SYNTAX", 1, "!x"],
  ["an unknown key", "version: 1\nrulez: []", "POLICY_UNKNOWN_KEY", 2, 'unknown key "rulez" in the policy'],
  [
    "an unknown key, deep inside",
    "version: 1\nrules:\n  - name: a\n    effect: deny\n    match:\n      verb: DROP TABLE\n      tagret: shop\n",
    "POLICY_UNKNOWN_KEY",
    7,
    'unknown key "tagret" in rules[0].match',
  ],
  ["no version", "rules: []", "POLICY_INVALID", 1, "version"],
  ["another version", "\nversion: 2", "POLICY_INVALID", 2, "version"],
  ["not a map", "- a", "POLICY_INVALID", 1, ""],
  [
    "an unknown effect",
    "version: 1\nrules:\n  - name: a\n    effect: maybe",
    "POLICY_INVALID",
    4,
    "rules[0].effect",
  ],
  ["no name", "version: 1\nrules:\n  - effect: deny", "POLICY_INVALID", 3, "rules[0].name"],
  [
    "a misspelt name",
    "version: 1\nrules:\n  - effect: deny\n    nam: a",
    "POLICY_UNKNOWN_KEY",
    4,
    'unknown key "nam"',
  ],
  [
    "an unknown tier",
    "version: 1\nrules:\n  - { name: a, effect: deny, match: { tier: big } }",
    "POLICY_INVALID",
    3,
    "tier",
  ],
  [
    "an empty list",
    "version: 1\nrules:\n  - { name: a, effect: deny, match: { verb: [] } }",
    "POLICY_INVALID",
    3,
    "verb",
  ],
  [
    "three parts",
    "version: 1\nrules:\n  - { name: a, effect: deny, match: { object: a.b.c } }",
    "POLICY_INVALID",
    3,
    "schema.name",
  ],
  [
    "a taken name",
    "version: 1\nrules:\n  - { name: 'builtin:x', effect: deny }",
    "POLICY_INVALID",
    3,
    "taken",
  ],
  [
    "a name twice",
    "version: 1\nrules:\n  - { name: a1, effect: deny }\n  - { name: a1, effect: deny }",
    "POLICY_INVALID",
    4,
    "two rules",
  ],
])("%s is refused, with its line", (_name, text, code, line, words) => {
  const error = errorOf(text);
  expect(error.message).toContain(words);
  expect([error.code, error.line]).toEqual([code, line]);
  expect(error.message.startsWith(`policy.yaml:${line}: `)).toBe(true);
});

test("an alias bomb is refused", () => {
  const bomb = [
    "a: &a [x]",
    ...Array.from({ length: 20 }, (_, i) => `a${i}: &a${i} [${`*a${i === 0 ? "" : i - 1},`.repeat(9)}]`),
  ];
  expect(errorOf(bomb.join("\n")).code).toBe("POLICY_SYNTAX");
});

test.each(["", "# nothing yet\n", DEFAULT_POLICY_TEXT, "version: 1"])("no rules: %j", (text) => {
  const policy = compilePolicy(text, "policy.yaml");
  expect(policy.rules.every(({ name }) => name.startsWith("builtin:"))).toBe(true);
  expect(policy.digest).toHaveLength(64);
});
