import type { SimulatedRows, Simulation } from "@custody/domain";
import { expect, test } from "vitest";
import { headlineOf } from "./headline.ts";
import type { ShownHold } from "./hold.ts";

const rows = (name: string, change: Partial<SimulatedRows>): SimulatedRows => ({
  deleted: 0,
  inserted: 0,
  name,
  removed: 0,
  schema: "public",
  updated: 0,
  ...change,
});

function headline(verb: string, impact?: Partial<Simulation>): string {
  const simulated = { byTable: [], dropped: [], outcome: "simulated", ...impact } as unknown as Simulation;
  const shown = { statements: [{ parameters: [], text: "", verb }], ...(impact && { impact: simulated }) };
  return headlineOf(shown as unknown as ShownHold);
}

test.each([
  [
    "rows that go with their table",
    "DROP TABLE",
    {
      byTable: [rows("executives", { isDropped: true, removed: 1206 })],
      dropped: ["table public.executives"],
    },
    "DROP TABLE would take away 1,206 rows of public.executives",
  ],
  [
    "several tables",
    "DELETE",
    { byTable: [rows("a", { deleted: 1 }), rows("b", { updated: 2 })] },
    "DELETE would take away 1 row and change 2 rows of 2 tables",
  ],
  [
    "an empty table",
    "DROP TABLE",
    { dropped: ["table public.x", "index public.y"] },
    "DROP TABLE would take away table public.x",
  ],
  ["nothing", "UPDATE", {}, "UPDATE would change no row"],
  [
    "rows that nobody could count",
    "TRUNCATE",
    { byTable: [rows("a", { removed: null })] },
    "TRUNCATE would take away an unknown number of rows of public.a",
  ],
  [
    "names that hide something",
    "DELETE",
    { byTable: [rows("a\u202eb", { deleted: 5 })] },
    "DELETE would take away 5 rows of public.a\\u{202e}b",
  ],
] as const)("tells of %s", (_what, verb, impact, text) => {
  expect(headline(verb, impact as unknown as Partial<Simulation>)).toBe(text);
});

test("says that it does not know, where nothing was found out", () => {
  expect(headline("CALL")).toBe("What CALL would do could not be found out");
  expect(headline("CALL", { outcome: "not-simulatable" })).toBe("What CALL would do could not be found out");
});
