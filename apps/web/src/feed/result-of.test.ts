import { expect, test } from "vitest";
import { resultOf } from "./result-of.ts";

test.each([
  [{ type: "db.statement.requested", decision: "allow" }, "running"],
  [{ type: "db.statement.requested", decision: "approve" }, "held"],
  [{ type: "db.statement.denied", status: "denied" }, "denied"],
  [{ type: "db.statement.completed", status: "ok", outcome: "committed" }, "committed"],
  [{ type: "db.statement.completed", status: "ok", outcome: "rolled-back" }, "rolled-back"],
  [{ type: "db.statement.completed", status: "ok", outcome: "unknown" }, "unknown"],
  [{ type: "db.statement.completed", status: "ok", outcome: "open" }, "done"],
  [{ type: "db.statement.answered", status: "ok", outcome: "open" }, "open"],
  [{ type: "db.statement.failed", status: "error" }, "failed"],
  [{ type: "db.statement.cancelled", status: "skipped" }, "cancelled"],
  [{ type: "db.statement.unknown", status: "unknown" }, "unknown"],
  [{ type: "model.request.requested", decision: "approve" }, "held"],
  [{ type: "model.request.completed" }, "done"],
  [{ type: "tool.call.failed" }, "failed"],
  [{ type: "prompt.submitted" }, "event"],
  [{ type: "session.started" }, "event"],
] as const)("%o is %s", (row, result) => {
  expect(resultOf(row)).toBe(result);
});
