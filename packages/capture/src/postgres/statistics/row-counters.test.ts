import { encodeDataRow } from "@custody/wire/postgres";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RowCountersReader, rowsBetween } from "./row-counters.ts";

const hex = (text: string) => Buffer.from(text).toString("hex");

/** The body of a DataRow, as the scanner shows it. */
function body(...values: readonly (string | null)[]): Buffer {
  const bytes = values.map((value) => (value === null ? null : Buffer.from(value)));
  return encodeDataRow({ type: "data-row", values: bytes }).subarray(5);
}

function read(rows: readonly Buffer[], pieceBytes = 1000) {
  const reader = new RowCountersReader();
  for (const row of rows) {
    reader.beginRow(row.length);
    for (let at = 0; at < row.length; at += pieceBytes) reader.add(row.subarray(at, at + pieceBytes));
  }
  return reader.take();
}

const on = body("on", null, null, null, null, null);
const off = body("off", null, null, null, null, null);
const table = (id: string, name: string, inserted = 0, updated = 0, deleted = 0) =>
  body(id, hex("public"), hex(name), `${inserted}`, `${updated}`, `${deleted}`);

describe("the server's counters", () => {
  test("are read in whatever pieces they come", () => {
    const rows = [on, table("20001", "kunden ä", 1, 2, 3), table("20002", "b", 4)];
    const whole = read(rows);
    expect([...(whole ?? [])]).toEqual([
      ["20001", { deleted: 3, inserted: 1, name: "kunden ä", schema: "public", updated: 2 }],
      ["20002", { deleted: 0, inserted: 4, name: "b", schema: "public", updated: 0 }],
    ]);
    fc.assert(
      fc.property(fc.integer({ max: 40, min: 1 }), (bytes) => {
        expect(read(rows, bytes)).toEqual(whole);
      }),
    );
  });

  test("tell nothing while the server does not count", () => {
    expect(read([off, table("20001", "a", 1)])).toBeUndefined();
    expect(rowsBetween(read([off]), read([on, table("1", "a", 1)]))).toBeUndefined();
    expect(rowsBetween(read([on]), read([off]))).toBeUndefined();
  });

  test("have what other statements did before, which is left out", () => {
    const before = read([on, table("1", "z", 5), table("2", "same", 1, 1, 1)]);
    const after = read([on, table("1", "z", 7, 1), table("2", "same", 1, 1, 1), table("3", "a", 0, 0, 2)]);
    expect(rowsBetween(before, after)).toEqual([
      { deleted: 2, inserted: 0, name: "a", schema: "public", updated: 0 },
      { deleted: 0, inserted: 2, name: "z", schema: "public", updated: 1 },
    ]);
  });

  test("of a table that was truncated meanwhile never count less than nothing", () => {
    const before = read([on, table("1", "t", 5)]);
    expect(rowsBetween(before, read([on, table("1", "t", 2)]))).toEqual([]);
    expect(rowsBetween(before, read([on]))).toEqual([]);
  });
});
