import { describe, expect, test } from "vitest";
import type { ClassifiedStatement } from "./classify/statement.ts";
import type { Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import { judgeLost } from "./lost.ts";
import { type MeasuredPlace, Measurement } from "./statistics/measurement.ts";

function execution(classified: Partial<ClassifiedStatement>): Execution {
  return { classified: { writes: false, escapesTransaction: false, ...classified } } as unknown as Execution;
}

const executed = (one: Execution): Expected => ({ kind: "execute", portal: undefined, execution: one });
const queried = (...executions: Execution[]): Expected => ({ kind: "query", executions, at: 0 });
const sync: Expected = { kind: "sync" };
const measurement = (place: MeasuredPlace) => new Measurement(execution({}), place);
const enveloped = (...executions: Execution[]): Expected => ({
  ...{ at: 0, executions, kind: "query" },
  measurement: measurement("envelope"),
});
const measured = (...executions: Execution[]): Expected => ({
  ...{ at: 0, executions, kind: "query" },
  measurement: measurement("string"),
});
const ours = (what: "commit" | "sync"): Expected => ({
  ...{ isLast: true, kind: "own", what },
  measurement: measurement("envelope"),
});

const read = () => execution({});
const write = () => execution({ writes: true });
const begin = () => execution({ control: { kind: "begin" } });
const commit = () => execution({ control: { kind: "commit", chain: false } });
const rollback = () => execution({ control: { kind: "rollback", chain: false } });
const call = () => execution({ writes: true, escapesTransaction: true });

describe("what became of executions that a lost connection left without an answer", () => {
  const cases: [string, readonly Expected[], boolean, readonly string[], boolean][] = [
    ["a read", [queried(read())], false, ["cancelled"], true],
    ["a write on its own", [queried(write())], false, ["unknown"], true],
    ["a write in a transaction", [queried(write())], true, ["cancelled"], false],
    ["a write and COMMIT", [queried(write()), queried(commit())], true, ["unknown", "unknown"], true],
    [
      "a write and ROLLBACK",
      [queried(write()), queried(rollback())],
      true,
      ["cancelled", "cancelled"],
      false,
    ],
    ["a write without its Sync", [executed(write())], false, ["cancelled"], false],
    ["a write and its Sync", [executed(write()), sync], false, ["unknown"], true],
    ["a write in a transaction of ours", [enveloped(write()), ours("commit")], false, ["unknown"], true],
    ["a write of which ours has not been sent to its end", [enveloped(write())], false, ["cancelled"], false],
    ["the end of a transaction of ours", [ours("commit")], false, [], true],
    ["questions of ours in a transaction", [measured(write()), ours("sync")], true, ["cancelled"], false],
    ["a Sync alone", [sync], false, [], true],
    ["a Sync in a transaction", [sync], true, [], false],
    ["BEGIN and a write", [queried(begin(), write())], false, ["cancelled", "cancelled"], false],
    ["CALL in a transaction", [queried(call())], true, ["unknown"], false],
    ["COMMIT and another write", [queried(commit(), write())], true, ["unknown", "unknown"], true],
  ];

  test.each(cases)("%s", (_name, owed, isExplicit, statuses, mayHaveCommitted) => {
    const lost = judgeLost(owed, undefined, isExplicit);
    expect([...lost.endings.values()].map(({ status }) => status)).toEqual(statuses);
    expect(lost.mayHaveCommitted).toBe(mayHaveCommitted);
  });

  test("nothing behind a COPY that still waits for data was ever begun", () => {
    const copy = write();
    const lost = judgeLost([queried(write()), queried(copy, write())], copy, false);
    expect([...lost.endings.values()].map(({ status }) => status)).toEqual([
      "unknown",
      "cancelled",
      "cancelled",
    ]);
  });
});
