import type { ConnectionState } from "../connection-state.ts";
import type { Expected } from "../expected.ts";
import { envelope, rowCounters, segmentEnd } from "../inject.ts";
import type { Step } from "../segment.ts";
import { allowsCounters, concernsCounters } from "./concerns-counters.ts";
import { Measurement } from "./measurement.ts";

/** Whether something of a segment may change rows that nobody will be told of. */
export function concernCounters(steps: readonly Step[]): boolean {
  return steps.some(({ expected }) => expected !== undefined && isConcerned(expected));
}

/**
 * The messages of a segment with questions of our own around what changes rows that the completion tag does not tell of.
 * They stand in the same transaction as what they ask about; a query string that has none is given one.
 *
 * Only where it is known in which state the server is: nothing is on its way, and no transaction waits for its ROLLBACK.
 */
export function withCounters(steps: readonly Step[], state: ConnectionState): readonly Step[] {
  if (!concernCounters(steps) || state.transaction.isFailed || state.copiesIn.length > 0) return steps;
  const [first] = steps;
  if (first?.expected?.kind === "query") return state.expected.isAtRest ? aroundString(first, state) : steps;
  if (state.expected.owesEnd || state.expected.isSkipping) return steps;
  const isInTransaction = state.transaction.isExplicit;
  return steps.flatMap((step) => aroundExecute(step, isInTransaction));
}

function aroundExecute(step: Step, isInTransaction: boolean): readonly Step[] {
  const { expected } = step;
  if (expected?.kind !== "execute" || expected.execution === undefined || !isConcerned(expected))
    return [step];
  const { execution } = expected;
  if (!allowsCounters(execution.classified, isInTransaction)) return [step];
  const measurement = new Measurement(execution, "execute");
  return [counters(measurement, "before"), step, counters(measurement, "after")];
}

function aroundString(step: Step, state: ConnectionState): readonly Step[] {
  const { expected, executions } = step;
  const isInTransaction = state.transaction.isExplicit;
  const execution = executions.findLast(({ classified }) => classified.writes);
  const isAllowed = executions.every(({ classified }) => allowsCounters(classified, isInTransaction));
  if (expected?.kind !== "query" || execution === undefined || !isAllowed) return [step];
  const granularity = executions.length > 1 ? "string" : "statement";
  const measurement = new Measurement(execution, isInTransaction ? "string" : "envelope", granularity);
  const around = [
    counters(measurement, "before"),
    own(measurement, "sync", false),
    { ...step, expected: { ...expected, measurement } },
    counters(measurement, "after"),
    own(measurement, "sync", isInTransaction),
  ];
  if (isInTransaction) return around;
  return [own(measurement, "begin", false), ...around, own(measurement, "commit", true)];
}

function isConcerned(expected: Expected): boolean {
  if (expected.kind === "query")
    return expected.executions.some(({ classified }) => concernsCounters(classified));
  if (expected.kind !== "execute" || expected.execution === undefined) return false;
  const { classified } = expected.execution;
  // A write that has returned all it may has done its work, and if nobody asks for the rest there is no completion tag.
  return concernsCounters(classified) || (classified.writes && expected.portal?.isLimited === true);
}

function counters(measurement: Measurement, when: "before" | "after"): Step {
  return { executions: [], expected: { kind: "row-counters", measurement, when }, raw: rowCounters };
}

const bytesOf = { begin: envelope.begin, commit: envelope.end, sync: segmentEnd } as const;

function own(measurement: Measurement, what: keyof typeof bytesOf, isLast: boolean): Step {
  return { executions: [], expected: { isLast, kind: "own", measurement, what }, raw: bytesOf[what] };
}
