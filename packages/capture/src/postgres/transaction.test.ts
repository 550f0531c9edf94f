import type { Outcome } from "@custody/domain";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Execution } from "./execution.ts";
import { type PreparedTransactions, TransactionTracker } from "./transaction.ts";

function tracked(prepared: PreparedTransactions = new Map()) {
  const outcomes = new Map<Execution, Outcome[]>();
  const tracker = new TransactionTracker((execution, outcome) => {
    outcomes.set(execution, [...(outcomes.get(execution) ?? []), outcome]);
  }, prepared);
  const write = (): Execution => {
    const execution = { classified: { operations: [] } } as unknown as Execution;
    tracker.wrote(execution);
    return execution;
  };
  return { tracker, write, of: (execution: Execution) => outcomes.get(execution) };
}

describe("TransactionTracker", () => {
  test("a prepared transaction is ended by any connection, once", () => {
    const prepared: PreparedTransactions = new Map();
    const [first, second] = [tracked(prepared), tracked(prepared)];
    first.tracker.controlled({ kind: "begin" }, "BEGIN");
    const execution = first.write();
    first.tracker.controlled({ kind: "prepare-transaction", gid: "g" }, "PREPARE TRANSACTION");
    first.tracker.ready("idle");
    first.tracker.lost(false);
    expect(first.of(execution)).toBeUndefined();
    second.tracker.controlled({ kind: "commit-prepared", gid: "g" }, "COMMIT PREPARED");
    expect(second.of(execution)).toEqual(["committed"]);
    expect(prepared.size).toBe(0);
  });

  test("a lost connection rolls back, unless an end was on its way", () => {
    for (const [mayHaveCommitted, outcome] of [
      [false, "rolled-back"],
      [true, "unknown"],
    ] as const) {
      const { tracker, write, of } = tracked();
      tracker.controlled({ kind: "begin" }, "BEGIN");
      const execution = write();
      tracker.lost(mayHaveCommitted);
      expect(of(execution)).toEqual([outcome]);
    }
  });

  test("a transaction that the server left open without a BEGIN is no explicit one, and its end is not told", () => {
    const { tracker, write, of } = tracked();
    const execution = write();
    tracker.ready("in-transaction");
    expect(tracker.isExplicit).toBe(false);
    tracker.ready("idle");
    expect(of(execution)).toEqual(["unknown"]);
    const next = write();
    tracker.ready("idle");
    expect(of(next)).toEqual(["committed"]);
  });

  type Command =
    | "begin"
    | "write"
    | "commit"
    | "rollback"
    | "savepoint"
    | "rollback-to"
    | "release"
    | "error"
    | "ready";
  const command = fc.constantFrom<Command>(
    ...([
      "begin",
      "write",
      "write",
      "commit",
      "rollback",
      "savepoint",
      "rollback-to",
      "release",
      "error",
      "ready",
    ] as const),
  );

  test("tells each write once, and what a server with nested transactions would tell", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const { tracker, write, of } = tracked();
        const truth = new Map<Execution, Outcome>();
        // The open transaction as a server keeps it: one level for itself, one for each savepoint.
        let levels: Execution[][] = [[]];
        let isExplicit = false;
        let isFailed = false;
        const end = (outcome: Outcome): void => {
          for (const execution of levels.flat()) truth.set(execution, outcome);
          levels = [[]];
          isExplicit = false;
          isFailed = false;
        };
        const ready = (): void => {
          if (!isExplicit) end("committed");
          tracker.ready(isFailed ? "failed" : isExplicit ? "in-transaction" : "idle");
        };
        for (const next of [...commands, "rollback", "ready"] as Command[]) {
          const isRefused =
            isFailed && !["commit", "rollback", "rollback-to", "ready", "error"].includes(next);
          if (isRefused) continue;
          if (next === "write") levels.at(-1)?.push(write());
          if (next === "begin") {
            isExplicit = true;
            tracker.controlled({ kind: "begin" }, "BEGIN");
          }
          if (next === "commit") {
            const tag = isFailed ? "ROLLBACK" : "COMMIT";
            end(isFailed ? "rolled-back" : "committed");
            tracker.controlled({ kind: "commit", chain: false }, tag);
          }
          if (next === "rollback") {
            end("rolled-back");
            tracker.controlled({ kind: "rollback", chain: false }, "ROLLBACK");
          }
          // Savepoints exist only within BEGIN, and all have one name here: the newest is meant.
          if (next === "savepoint" && isExplicit) {
            levels.push([]);
            tracker.controlled({ kind: "savepoint", name: "s" }, "SAVEPOINT");
          }
          if (next === "rollback-to" && levels.length > 1) {
            for (const execution of levels.at(-1) ?? []) truth.set(execution, "rolled-back");
            levels[levels.length - 1] = [];
            isFailed = false;
            tracker.controlled({ kind: "rollback-to", name: "s" }, "ROLLBACK");
          }
          if (next === "release" && levels.length > 1) {
            const released = levels.pop() ?? [];
            levels.at(-1)?.push(...released);
            tracker.controlled({ kind: "release", name: "s" }, "RELEASE");
          }
          if (next === "error") {
            if (isExplicit) isFailed = true;
            else end("rolled-back");
            tracker.failed();
            // After an error, ReadyForQuery follows.
            ready();
          }
          if (next === "ready") ready();
          expect(tracker.isExplicit).toBe(isExplicit);
        }
        for (const [execution, outcome] of truth) expect(of(execution)).toEqual([outcome]);
      }),
      { numRuns: 1000 },
    );
  });
});
