import { readFileSync } from "node:fs";
import { ACTS, allows, COLUMNS, ROLES, reachOf } from "@custody/identity";
import { expect, test } from "vitest";

const document = readFileSync(new URL("../docs/identities.md", import.meta.url), "utf8");
const cells = (line: string) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

test("docs/identities.md has the table of roles, cell by cell", () => {
  const lines = document.split("\n").filter((line) => line.startsWith("|"));
  const head = lines.findIndex((line) => cells(line)[0] === "act");
  expect(cells(lines[head] ?? "")).toEqual(["act", "reach", ...COLUMNS]);
  const rows = lines.slice(head + 2).map(cells);
  expect(rows).toEqual(
    ACTS.map((act) => [
      `\`${act}\``,
      reachOf(act),
      ...COLUMNS.map((column) => (allows(column, act) ? "x" : "")),
    ]),
  );
});

test("docs/identities.md says what each role is for", () => {
  for (const role of ROLES) expect(document).toMatch(new RegExp(`^\\| \`${role}\` +\\|`, "m"));
});
