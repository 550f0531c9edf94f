import { expect, test } from "vitest";
import { PolicyError } from "../error.ts";
import { compilePolicy, DEFAULT_POLICY_TEXT } from "../policy.ts";

function errorOf(text: string): PolicyError {
  try {
    compilePolicy(text, "policy.yaml");
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("the policy was accepted");
}

/** A rule whose fourth line is given. */
function rule(line: string): string {
  return `version: 1\nrules:\n  - { name: a, effect: deny,\n      ${line} }`;
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
  [
    "an expression that is cut off",
    rule("when: 'rows >'"),
    "POLICY_INVALID",
    4,
    "rules[0].when: Unexpected token",
  ],
  [
    "an unknown variable",
    rule("when: rowz > 1"),
    "POLICY_INVALID",
    4,
    "Unknown variable: rowz (at character 1)",
  ],
  ["types that do not fit", rule("when: rows > verb"), "POLICY_INVALID", 4, "no such overload"],
  ["no truth", rule("when: rows + 1"), "POLICY_INVALID", 4, "it has the type int, and has to be bool"],
  [
    "a function of another language",
    rule('when: verb.matches("a")'),
    "POLICY_INVALID",
    4,
    'no function "matches"',
  ],
  [
    "a loop in a loop",
    rule("when: 'objects.all(a, objects.all(b, a == b))'"),
    "POLICY_INVALID",
    4,
    "within another loop",
  ],
  ["a list in a loop", rule("when: 'objects.all(a, a in functions)'"), "POLICY_INVALID", 4, "within a loop"],
  ["a window that is none", rule('when: rowsWithin("10 minutes") > 5'), "POLICY_INVALID", 4, '"1s" to "1h"'],
  ["a window that is computed", rule("when: rowsWithin(verb) > 5"), "POLICY_INVALID", 4, '"1s" to "1h"'],
  ["a window that is too long", rule('when: rowsWithin("61m") > 5'), "POLICY_INVALID", 4, '"1s" to "1h"'],
  ["a map", rule("when: '{\"a\": 1}.a == 1'"), "POLICY_INVALID", 4, ""],
  ["a long expression", rule(`when: "${"rows > 0 || ".repeat(200)}false"`), "POLICY_INVALID", 4, "2000"],
  ["approval of a denial", rule("approval: {}"), "POLICY_INVALID", 4, "only a rule with effect: approve"],
  [
    "an unknown key of approval",
    "version: 1\nrules:\n  - name: a\n    effect: approve\n    approval:\n      approver: 2",
    "POLICY_UNKNOWN_KEY",
    6,
    'unknown key "approver" in rules[0].approval',
  ],
  [
    "a time that is none",
    "version: 1\nrules:\n  - name: a\n    effect: approve\n    approval:\n      wait: 10 minutes",
    "POLICY_INVALID",
    6,
    "no time from 1s to 24h",
  ],
  [
    "ten people",
    "version: 1\nrules:\n  - { name: a, effect: approve, approval: { approvers: 10 } }",
    "POLICY_INVALID",
    3,
    "approvers",
  ],
  ["an unknown preset", "version: 1\ndefault: gaurded", "POLICY_INVALID", 2, "observe, guarded, locked"],
  [
    "an unknown preset of one",
    "version: 1\ndefault:\n  staging: x",
    "POLICY_INVALID",
    3,
    "observe, guarded, locked",
  ],
  ["an unknown base", "version: 1\nextends: [guarded, x]", "POLICY_INVALID", 2, 'no preset "x"'],
  [
    "a default for what passes freely",
    "version: 1\ndefault:\n  disposable: locked",
    "POLICY_UNKNOWN_KEY",
    3,
    "disposable",
  ],
  [
    "a test without a statement",
    "version: 1\ntests:\n  - name: a\n    given: {}\n    expect: { effect: deny }",
    "POLICY_INVALID",
    4,
    "tests[0].given.statement",
  ],
  [
    "a name of a preset's",
    "version: 1\nrules:\n  - { name: 'guarded:x', effect: deny }",
    "POLICY_INVALID",
    3,
    "taken",
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
  const taken = /^(builtin|guarded|observe|locked):/;
  expect(policy.rulesFor("production").every(({ name }) => taken.test(name))).toBe(true);
  expect(policy.digest).toHaveLength(64);
});

test("an error names its place, and what else is wrong with the text", () => {
  const error = errorOf("version: 1\nrules:\n  - { name: a, effect: maybe }\n  - { name: b, efect: deny }\n");
  expect([error, ...error.also].map(({ column, line, problem }) => [line, column, problem])).toEqual([
    [4, 23, 'unknown key "efect" in rules[1]'],
    [3, 24, expect.stringContaining("rules[0].effect: ")],
    [4, 5, expect.stringContaining("rules[1].effect: ")],
  ]);
  const two = errorOf(
    'version: 1\nrules:\n  - { name: a, effect: deny, when: "rows >" }\n  - { name: a, effect: deny, when: "x > 1" }\n',
  );
  expect([two, ...two.also].map(({ line }) => line)).toEqual([3, 4]);
});
