import { expect, test } from "vitest";
import { sampleLines } from "./sample-lines.ts";

test("rows stand as they were and as they are, and what is missing is said", () => {
  const columns = ["id", "name", "note"];
  const lines = sampleLines({
    notes: ["rows of 2 more tables are not shown"],
    tables: [
      {
        after: { columns, isCut: true, key: ["id"], rows: [["1", "b", null]] },
        before: {
          columns,
          isCut: false,
          key: ["id"],
          rows: [
            ["1", "a", null],
            ["2", 'x", note "y', null],
          ],
        },
        name: "people",
        schema: "public",
      },
      {
        after: { columns: [], isCut: false, key: [], rows: [] },
        before: { columns: [], isCut: false, key: [], rows: [], unread: "permission denied" },
        name: "secrets",
        schema: "public",
      },
    ],
  });
  expect(lines).toEqual([
    "changed   public.people, − as it was, + as it is now, ± both:",
    '          ± id "1"  name "a" → "b"',
    '          − id "2"  name "x\\", note \\"y"  note NULL',
    "          … there is more",
    "changed   public.secrets, − as it was, + as it is now, ± both:",
    "          as they were, they could not be read: permission denied",
    "note      rows of 2 more tables are not shown",
  ]);
});

test("no name of a column can pretend to be a value of another", () => {
  const half = { isCut: false, key: [], rows: [["1", "2"]] };
  const [, line] = sampleLines({
    notes: [],
    tables: [
      {
        after: { ...half, columns: ['salary "1"  bonus', "größe_1"] },
        before: { columns: [], isCut: false, key: [], rows: [] },
        name: "pay",
        schema: "public",
      },
    ],
  });
  expect(line).toBe('          + "salary \\"1\\"  bonus" "1"  größe_1 "2"');
});
