import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Custody } from "./custody-process.ts";

let custody: Custody;

beforeEach(() => {
  custody = new Custody("postgres://app@127.0.0.1:1/none");
});
afterEach(() => custody.remove());

const write = (text: string) => writeFileSync(join(custody.directory, "rules.yaml"), text);

describe("custody policy check", { timeout: 120_000 }, () => {
  const policy = (effect: string) => `version: 1
default: guarded
tests:
  - { name: first, given: { statement: DROP TABLE t }, expect: { effect: ${effect} } }
  - { name: "second\\u202e", given: { statement: DELETE FROM }, expect: { effect: deny } }
`;

  test("says which tests failed, and why, with code 1", async () => {
    write(policy("allow"));
    const { code, stdout } = await custody.run("policy", "check", "rules.yaml");
    expect(code).toBe(1);
    expect(stdout).toContain("expected allow, got approve by guarded:destructive");
    expect(stdout).toContain("syntax error at end of input");
    expect(stdout).toContain("second\\u{202e}");
    expect(stdout).toContain("failed    2 of 2 tests");
    const paged = await custody.run("policy", "check", "rules.yaml", "--limit", "1", "--json");
    expect(JSON.parse(paged.stdout)).toMatchObject({
      failed: [
        {
          expected: { effect: "allow" },
          got: { effect: "approve", rule: "guarded:destructive" },
          name: "first",
        },
      ],
      left: 1,
      ok: false,
      passed: 0,
      presets: ["guarded"],
      tests: 2,
    });
  });

  test("is content with a policy whose tests pass", async () => {
    write(policy("approve").split("\n").slice(0, 4).join("\n"));
    const { code, stdout } = await custody.run("policy", "check", "rules.yaml", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ failed: [], left: 0, ok: true, passed: 1, tests: 1 });
  });

  test("names the line of what cannot be used, with code 2", async () => {
    write("version: 1\nrules:\n  - name: a\n    effect: deny\n    when: rowz > 1\n");
    const { code, stderr } = await custody.run("policy", "check", "rules.yaml");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /rules\.yaml:5:\d+: .*Unknown variable: rowz.*docs\/policy\.md.*\(POLICY_INVALID\)/,
    );
    expect(await custody.run("policy", "check", "nowhere.yaml")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("FILE_UNUSABLE"),
    });
    expect(await custody.run("policy", "check", "--limit", "x")).toMatchObject({ code: 2 });
  });

  test.each([[[]], [["--json"]]])("names every mistake, with its line and column: %j", async (more) => {
    write(
      "version: 1\nrules:\n  - { name: a, effect: maybe }\n  - { name: b, efect: deny }\n  - { name: c\u202e, x: 1 }\n",
    );
    const { code, stderr, stdout } = await custody.run("policy", "check", "rules.yaml", ...more);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    const lines = stderr.trimEnd().split("\n");
    for (const line of lines)
      expect(line).toMatch(
        /^custody: rules\.yaml:\d+:\d+: .+ — correct the rule, see docs\/policy\.md \(POLICY_INVALID\)$/,
      );
    expect(lines[0]).toContain('rules.yaml:4:23: unknown key "efect" in rules[1]');
    expect(lines.join("\n")).toMatch(/rules\.yaml:3:24: .*rules\[0\]\.effect: /);
    expect(lines.join("\n")).toMatch(/rules\.yaml:4:5: .*rules\[1\]\.effect: /);
    expect(stderr).not.toContain("\u202e");
  });

  test("takes the one of the configuration, or what holds without any", async () => {
    const { code, stdout } = await custody.run("policy", "check", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ file: "built-in", ok: true, tests: 0 });
  });
});

test("custody policy show prints presets that can be used as a policy", { timeout: 120_000 }, async () => {
  for (const name of ["observe", "guarded", "locked"]) {
    const { code, stdout } = await custody.run("policy", "show", name);
    expect(code).toBe(0);
    write(stdout.replaceAll(`${name}:`, "mine-"));
    expect(await custody.run("policy", "check", "rules.yaml")).toMatchObject({ code: 0 });
  }
  const { stdout } = await custody.run("policy", "show", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    environments: [{ environment: "production" }, {}, {}, { environment: "disposable" }],
  });
  expect((await custody.run("policy", "show")).stdout).toContain("custody policy show builtin");
  expect(await custody.run("policy", "show", "gaurded")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there are observe, guarded, locked, builtin"),
  });
});
