import type { AuditRecord } from "@custody/domain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dangerousOnScreen, hostileTexts } from "../../../../test/hostile/texts.ts";
import { cell } from "./cell.ts";
import { columns } from "./columns.ts";
import { csv } from "./csv.ts";

const record: AuditRecord = {
  action: "019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44",
  actor: { agent: { instance: "i", name: "robot" }, human: { assurance: "token", id: "h", name: "Ada" } },
  decision: { effect: "allow", policy: "p", reasons: ["because"], rule: "default" },
  effect: { bytes: 0, rows: { affected: 2 }, source: "server", status: "ok" },
  id: "019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e45",
  level: "info",
  links: {},
  location: { host: "here", timezone: "UTC" },
  message: { key: "db.statement.completed", params: { target: "shop", verb: "UPDATE" } },
  project: "default",
  source: { instance: "s", kind: "gateway", name: "custody", sequence: 0, vantage: "observed", version: "0" },
  statement: { digest: "d", text: 'UPDATE "t"\nSET a = 1' },
  time: "2026-11-20T12:00:00.000000Z",
  type: "db.statement.completed",
  v: 1,
};
const entry = { index: 3, leafHash: "l", origin: "o", previousLeafHash: "p", record };

/** As RFC 4180 says: cells of one row, whatever line breaks stand in quotes. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  const tokens = text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy);
  for (const [whole, quoted, plain, end] of tokens) {
    if (whole === "") break;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

test("a file has a header, and a row for each record, with every column", () => {
  const [header, row] = parse(csv.header + csv.line(entry)) as [string[], string[]];
  expect(header).toEqual(Object.keys(columns));
  const found = Object.fromEntries(header.map((name, at) => [name, row[at]]));
  expect(row).toHaveLength(header.length);
  expect(found).toMatchObject({
    agent: "robot",
    index: "3",
    leaf_hash: "l",
    message: "UPDATE on shop completed",
    reasons: "because",
    rows_affected: "2",
    session: "",
    statement: 'UPDATE "t"\\nSET a = 1',
  });
});

describe("a spreadsheet takes no cell for a formula", () => {
  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(1)", "'@SUM(1)"],
    ["\t=1", "\\t=1"],
    ["\r=1", "\\r=1"],
    ["\n=1", "\\n=1"],
    ["  =1", "'  =1"],
    ["\u00a0=1", "'\u00a0=1"],
    ["\uff1d1", "'\uff1d1"],
    ["\uff0b1", "'\uff0b1"],
    ["\uff0d1", "'\uff0d1"],
    ["\uff201", "'\uff201"],
    ["a=1", "a=1"],
    ["", ""],
  ])("%j becomes %j", (text, shown) => expect(cell(text)).toBe(shown));

  test("numbers stay numbers", () =>
    expect([cell(7), cell(true), cell(undefined)]).toEqual(["7", "true", ""]));
});

test.each(hostileTexts)("$name stays in its cell, on its line", ({ text }) => {
  const { decision, statement } = record;
  const hostile = {
    ...entry,
    record: {
      ...record,
      actor: { agent: { instance: "i", name: text } },
      decision: { ...decision, reasons: [text, text] } as AuditRecord["decision"],
      details: { text },
      message: { key: "session.started", params: { agent: text } },
      statement: { ...statement, text } as AuditRecord["statement"],
    } as AuditRecord,
  };
  const line = csv.line(hostile);
  const rows = parse(line);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toHaveLength(Object.keys(columns).length);
  expect(line.slice(0, -2)).not.toMatch(dangerousOnScreen);
  for (const each of rows[0] as string[]) expect(each).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
});

test("any text comes back from its cell as it is shown", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const agent = { instance: "i", name: text };
      const [row] = parse(csv.line({ ...entry, record: { ...record, actor: { agent } } }));
      expect(row?.[Object.keys(columns).indexOf("agent")]).toBe(cell(text));
    }),
  );
});
