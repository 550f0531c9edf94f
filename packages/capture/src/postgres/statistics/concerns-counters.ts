import type { Operation } from "@custody/domain";
import type { ClassifiedStatement } from "../classify/statement.ts";

/** Behind these the completion tag does not look. A view or a partition it does count, under the name that was given. */
const HIDING: ReadonlySet<Operation["via"]> = new Set(["cascade", "function", "rule", "trigger"]);

/** What may stand in a transaction of ours, since it neither needs one of its own nor refuses one. */
const ORDINARY: ReadonlySet<string> = new Set([
  "DELETE",
  "EXECUTE",
  "EXPLAIN ANALYZE",
  "FETCH",
  "INSERT",
  "MERGE",
  "MOVE",
  "SELECT",
  "UPDATE",
  "VALUES",
]);

/** These can commit while they run, unless somebody has opened a transaction around them. */
const COMMITTING: ReadonlySet<string> = new Set(["CALL", "DO"]);

const concerned = new WeakMap<readonly Operation[], boolean>();

/** Whether the statement changes rows that its completion tag does not tell of. Remembered, since it is asked each time. */
export function concernsCounters({ operations, verb, writes }: ClassifiedStatement): boolean {
  if (!writes) return false;
  const known = concerned.get(operations);
  if (known !== undefined) return known;
  const writing = operations.filter(({ tier }) => tier !== "read");
  const isHidden = writing.some(({ kind, via }) => HIDING.has(via) || kind === "unknown" || kind === "call");
  // A SELECT counts the rows that it returns, and of several writes in one statement only the last is counted.
  const isUntold = verb === "SELECT" || verb === "EXPLAIN ANALYZE" || writing.filter(isOwn).length > 1;
  concerned.set(operations, isHidden || isUntold);
  return isHidden || isUntold;
}

function isOwn({ via }: Operation): boolean {
  return via === undefined;
}

/** Whether our questions can stand around it without changing what it does. */
export function allowsCounters(
  { control, copy, verb }: ClassifiedStatement,
  isInTransaction: boolean,
): boolean {
  if (control !== undefined || copy !== undefined) return false;
  return ORDINARY.has(verb) || (isInTransaction && COMMITTING.has(verb));
}
