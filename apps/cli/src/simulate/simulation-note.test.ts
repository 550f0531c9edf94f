import type { TableChange } from "@custody/gateway";
import { expect, test } from "vitest";
import { simulationLines } from "./describe-simulation.ts";
import { noteOf } from "./simulation-note.ts";

const none = { columns: [], isCut: false, key: [], rows: [] };
const table = (name: string, more: Partial<TableChange> = {}): TableChange => ({
  after: none,
  before: none,
  deleted: 0,
  inserted: 0,
  isDropped: false,
  name,
  removed: 0,
  schema: "public",
  updated: 0,
  ...more,
});
const simulated = (tables: readonly TableChange[]) =>
  ({
    commands: [],
    created: [],
    dropped: [],
    notes: [],
    outcome: "simulated",
    sideEffects: [],
    tables,
  }) as const;

test("a long list is cut, and says by how much; the rows are all counted", () => {
  const tables = Array.from({ length: 250 }, (_, at) => table(`t${at}`, { deleted: 2 }));
  const note = noteOf(simulated(tables)) as { rows: number; tables: string[] };
  expect(note.rows).toBe(500);
  expect(note.tables).toHaveLength(201);
  expect(note.tables.at(-1)).toBe("and 50 more");
});

test("no row of anybody is recorded", () => {
  const before = { columns: ["name"], isCut: false, key: [], rows: [["a secret"]] };
  expect(JSON.stringify(noteOf(simulated([table("t", { before, deleted: 1 })])))).not.toContain("secret");
});

test("what could not be counted is never shown as nothing", () => {
  const lines = simulationLines("shop", simulated([table("t", { removed: null })]));
  expect(lines.slice(0, 2)).toEqual([
    "simulated on shop and rolled back: at least 0 rows of 1 table would change",
    "table     public.t  an unknown number removed as a whole",
  ]);
  expect(noteOf(simulated([table("t", { removed: null })]))).toMatchObject({ rows: "unknown" });
});

test("an empty table that is emptied or dropped is listed all the same", () => {
  const lines = simulationLines("shop", simulated([table("t"), table("u", { isDropped: true })]));
  expect(lines.slice(1)).toEqual([
    "table     public.t  emptied, and was empty",
    "table     public.u  0 dropped with the table",
  ]);
});
