import { readFileSync } from "node:fs";
import { ALERT_KINDS, KIND_RULES } from "@custody/alerts";
import { alertText, alertTitle, render } from "@custody/messages";
import { expect, test } from "vitest";

const document = readFileSync(new URL("../docs/alerts.md", import.meta.url), "utf8");
const section = (title: string) =>
  document.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";

test("each kind is about records that there are", () => {
  const types = KIND_RULES.flatMap((rule) => rule.types);
  expect(types.filter((type) => render(type, {}) === type)).toEqual([]);
});

test("docs/alerts.md has each kind with its level, its groups and its times, as the code has them", () => {
  const rows = section("What counts")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map(([kind, level, , groups, quiet, worse]) => [
      kind,
      level,
      groups?.replaceAll(/ \([^)]*\)/g, ""),
      quiet,
      worse,
    ]);
  expect(rows).toEqual(
    KIND_RULES.map(({ escalation, groupBy, kind, level, quietMinutes }) => [
      `\`${kind}\``,
      level,
      groupBy.join(", "),
      `${quietMinutes} min`,
      escalation === undefined ? "" : `${escalation.count} times: ${escalation.level}`,
    ]),
  );
});

test("each kind has a title and a text of its own", () => {
  for (const kind of ALERT_KINDS) {
    expect(alertTitle(kind)).not.toBe(kind);
    expect(alertText(kind, {})).not.toBe(alertTitle(kind));
  }
});
