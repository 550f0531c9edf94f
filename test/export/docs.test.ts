import { readFileSync } from "node:fs";
import { formats } from "@custody/sinks";
import { expect, test } from "vitest";
import { recordTypes } from "./any-record.ts";
import { ecsSchema } from "./ecs-schema.ts";
import { ocsfSchema } from "./ocsf-schema.ts";

const document = readFileSync(new URL("../../docs/export.md", import.meta.url), "utf8");
const section = (title: string) =>
  document.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
const firstCells = (text: string) => [...text.matchAll(/^\| (`[^|]*) \|/gm)].map((row) => row[1] as string);
const words = (cells: readonly string[]) =>
  cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((word) => word[1] as string));

test("docs/export.md has a section for each format, and each column of CSV", () => {
  for (const name of Object.keys(formats)) expect(section(name), name).not.toBe("");
  expect(words(firstCells(section("csv"))).sort()).toEqual(formats.csv.header.trimEnd().split(",").sort());
});

test("docs/export.md says which class each type becomes, as the code does", () => {
  expect(section("ocsf")).toContain(ocsfSchema.version);
  expect(section("ecs")).toContain(ecsSchema.version);
  const classes = new Map<string, number>();
  for (const row of section("ocsf").matchAll(
    /^\| (`(?:alert|approval|budget|freeze|db|session|policy|ledger|key|disk|config|retention|checkpoint|target|user|role|token|access|model|prompt|tool|terminal|app)\.[^|]*) \| [^|]*, (\d{4}) +\|/gm,
  )) {
    let group = "";
    for (const word of words([row[1] as string])) {
      // `.closed` goes on from the one before it.
      if (!word.startsWith(".")) group = word.slice(0, word.lastIndexOf("."));
      classes.set(word.startsWith(".") ? `${group}${word}` : word, Number(row[2]));
    }
  }
  const record = {
    actor: {},
    level: "info",
    links: {},
    location: { host: "h", timezone: "UTC" },
    project: "",
  };
  for (const type of recordTypes.slice(0, -1)) {
    const entry = {
      index: 1,
      leafHash: "l",
      origin: "o",
      previousLeafHash: "p",
      record: {
        ...record,
        action: "a",
        id: "i",
        message: { key: type, params: {} },
        source: { instance: "s", kind: "k", name: "n", sequence: 0, vantage: "observed", version: "0" },
        time: "2026-01-01T00:00:00.000000Z",
        type,
        v: 1,
      },
    } as const;
    const { class_uid } = JSON.parse(
      formats.ocsf.line({ ...entry, record: { ...entry.record, level: "info" } }),
    );
    const documented = type.startsWith("db.statement.") ? classes.get("db.statement.*") : classes.get(type);
    expect(documented, type).toBe(class_uid);
  }
});
