import { describe, expect, test } from "vitest";
import type { ClassifiedStatement } from "./classify/statement.ts";
import { effectOf } from "./effect.ts";
import type { Execution } from "./execution.ts";

function rowsOf(tag: string | undefined, classified: Partial<ClassifiedStatement>, rowsReturned = 0) {
  const execution = {
    tag,
    classified: { verb: "", writes: false, ...classified },
    rowsReturned,
    rowBytes: 0,
  };
  return effectOf(execution as unknown as Execution, "ok").rows;
}

describe("what a command tag says about rows", () => {
  const write = { writes: true };

  test.each([
    ["INSERT 0 5", write, 0, { affected: 5 }],
    ["INSERT 0 5", write, 5, { affected: 5, returned: 5 }],
    ["UPDATE 0", write, 0, { affected: 0 }],
    ["DELETE 3", write, 0, { affected: 3 }],
    ["MERGE 2", write, 0, { affected: 2 }],
    ["UPDATE 1", write, 5, { affected: 5, returned: 5 }],
    ["SELECT 4", {}, 4, { returned: 4 }],
    ["SELECT 1", {}, 5, { returned: 5 }],
    ["SELECT 4", { writes: true, verb: "SELECT" }, 4, { returned: 4 }],
    ["SELECT 4", { writes: true, verb: "CREATE TABLE AS" }, 0, { affected: 4 }],
    ["SELECT 4", { writes: true, verb: "SELECT INTO" }, 0, { affected: 4 }],
    ["FETCH 2", {}, 2, { returned: 2 }],
    ["MOVE 7", {}, 0, { returned: 7 }],
    ["COPY 9", { writes: true, copy: { direction: "in", source: "client" } }, 0, { affected: 9 }],
    ["COPY 9", { copy: { direction: "out", source: "client" } }, 0, { returned: 9 }],
    ["CREATE TABLE", write, 0, {}],
    ["BEGIN", {}, 0, {}],
    ["EXPLAIN", {}, 12, { returned: 12 }],
    [undefined, {}, 0, {}],
    [undefined, write, 2, { returned: 2 }],
  ] as const)("%s %j with %i rows", (tag, classified, returned, expected) => {
    expect(rowsOf(tag, classified, returned)).toEqual(expected);
  });

  test("without a tag, a success is one that the server did not report", () => {
    const execution = {
      tag: undefined,
      classified: { verb: "UPDATE", writes: true },
      rowsReturned: 1,
      rowBytes: 10,
    };
    expect(effectOf(execution as unknown as Execution, "ok")).toEqual({
      bytes: 10,
      rows: { returned: 1 },
      source: "not-reported",
      status: "ok",
    });
  });
});
