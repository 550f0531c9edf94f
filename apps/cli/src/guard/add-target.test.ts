import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { addTarget, type NewTarget, withTarget } from "./add-target.ts";

const folder = mkdtempSync(join(tmpdir(), "custody-guard-"));
afterAll(() => rmSync(folder, { recursive: true }));

const target: NewTarget = {
  environment: "production",
  kind: "postgres",
  listen: "127.0.0.1:6433",
  name: "billing",
  upstream: { env: "BILLING_DATABASE_URL" },
};
const lines = (text: string) => text.trim().split("\n");

test.each([
  ["the sequence is indented", "  ", "{ env: SHOP_URL }", "{ env: BILLING_DATABASE_URL }"],
  ["the sequence is not indented", "", "{env: SHOP_URL}", "{env: BILLING_DATABASE_URL}"],
  ["everything is indented by four", "    ", "{ env: SHOP_URL }", "{ env: BILLING_DATABASE_URL }"],
])("what stands in the file stays as it is, when %s", (_, indent, upstream, added) => {
  const before = [
    "# Ours.",
    'listen: "127.0.0.1:7070"',
    "",
    "targets:",
    `${indent}# the first`,
    `${indent}- name: shop`,
    `${indent}  kind: postgres`,
    `${indent}  listen: 127.0.0.1:6432`,
    `${indent}  upstream: ${upstream} # a secret`,
    `${indent}  environment: production`,
    "",
    "# the rules",
    "policy: ./policy.yaml",
  ];
  const block = [
    "- name: billing",
    "  kind: postgres",
    "  listen: 127.0.0.1:6433",
    `  upstream: ${added}`,
    "  environment: production",
  ];
  const after = lines(withTarget(`${before.join("\n")}\n`, target));
  expect(after).toEqual([...before.slice(0, 10), ...block.map((line) => indent + line), ...before.slice(10)]);
});

test("a comment behind the key stays too", () => {
  expect(withTarget("targets: # all of them\n  - name: shop\n", target)).toContain("# all of them");
});

test.each(["", "# nothing but a comment\n", "targets:\n", "targets: []\n", "policy: ./policy.yaml\n"])(
  "%j gets its first target",
  (before) => {
    const after = withTarget(before, target);
    expect(after).toContain("targets:\n  - name: billing\n    kind: postgres\n");
    expect(after).toContain("    upstream: { env: BILLING_DATABASE_URL }\n    environment: production\n");
    for (const line of lines(before).filter((each) => !each.startsWith("targets")))
      expect(after).toContain(line);
  },
);

test("lines that end as on Windows go on doing so", () => {
  expect(withTarget("data: ./x\r\ntargets: []\r\n", target)).toMatch(
    /^data: \.\/x\r\ntargets:\r\n {2}- name/,
  );
});

test("a file that could not be read afterwards is left alone, and nothing lies beside it", () => {
  const file = join(folder, "custody.yaml");
  writeFileSync(file, "targets: []\nmisspelt: 1\n");
  expect(() => addTarget(file, target)).toThrow("misspelt");
  expect(readFileSync(file, "utf8")).toBe("targets: []\nmisspelt: 1\n");
  expect(readdirSync(folder)).toEqual(["custody.yaml"]);
});

test("the file keeps its mode", () => {
  const file = join(folder, "custody.yaml");
  writeFileSync(file, "targets: []\n");
  chmodSync(file, 0o640);
  addTarget(file, target);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readFileSync(file, "utf8")).toContain("billing");
});
