import { expect, test } from "vitest";
import { compilePolicy } from "./policy.ts";
import { type Classify, runRuleTest } from "./rule-tests.ts";
import { read, write } from "./testing/actions.ts";

const classify: Classify = (text) => {
  if (text === "nonsense") throw new Error("syntax error");
  return text
    .split(";")
    .filter((part) => part !== "")
    .map((part) => ({
      operations: [part.startsWith("SELECT") ? read("users") : write("delete", "users")],
      text: part,
    }));
};

function run(lines: string) {
  const policy = compilePolicy(
    `version: 1
default: observe
rules:
  - { name: limit, match: { kind: delete }, when: 'rowsWithin("10m") > 100', effect: approve }
  - { name: fast, match: { agent: coder }, when: 'statementsWithin("1m") > 2', effect: deny }
tests:
  - name: it
${lines}`,
    "x",
  );
  return runRuleTest(policy, policy.tests[0] as (typeof policy.tests)[number], classify);
}

test.each([
  ["given: { statement: SELECT }", "allow, rule: default"],
  ["given: { statement: DELETE }", "allow"],
  ["given: { statement: DELETE, rows: { users: 100 } }", "allow, rule: default"],
  ["given: { statement: DELETE, rows: { users: 101 } }", "approve, rule: limit"],
  ["given: { statement: DELETE, rows: { users: 1 }, earlier: { rows: { public.users: 100 } } }", "approve"],
  ["given: { statement: DELETE, rows: { users: 1 }, earlier: { rows: { other.users: 100 } } }", "allow"],
  ["given: { statement: DELETE, agent: coder, earlier: { statements: 2 } }", "deny, rule: fast"],
  ["given: { statement: SELECT;DELETE, agent: coder, earlier: { statements: 2 } }", "deny, rule: fast"],
])("%s: %s", (given, effect) => {
  expect(run(`    ${given}\n    expect: { effect: ${effect} }`)).toMatchObject({ isPassed: true });
});

test.each([
  ["given: { statement: DELETE, rows: { users: 101 } }", "allow", { decision: { rule: "limit" } }],
  [
    "given: { statement: DELETE, rows: { users: 101 } }",
    "approve, rule: other",
    { decision: { rule: "limit" } },
  ],
  ["given: { statement: nonsense }", "allow", { problem: "syntax error" }],
  ["given: { statement: ';' }", "allow", { problem: "there is no statement" }],
  [
    "given: { statement: DELETE;DELETE, rows: { users: 1 } }",
    "allow",
    { problem: expect.stringContaining("several") },
  ],
])("%s is not %s", (given, effect, what) => {
  expect(run(`    ${given}\n    expect: { effect: ${effect} }`)).toMatchObject({ isPassed: false, ...what });
});
