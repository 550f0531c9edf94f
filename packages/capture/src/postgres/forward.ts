import type { ConnectionState } from "./connection-state.ts";
import type { Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import type { PassageParts } from "./passage-parts.ts";
import { joinNeighbours } from "./requests.ts";
import type { Step } from "./segment.ts";
import { withCounters } from "./statistics/with-counters.ts";

/** In order; the decisions about them come in the same one. */
export function executionsOf(steps: readonly Step[]): Execution[] {
  const all: Execution[] = [];
  for (const { executions } of steps) for (const execution of executions) all.push(execution);
  return all;
}

/** Sends messages on, and notes what will be answered. */
export function send(steps: readonly Step[], parts: PassageParts): void {
  expectAnswers(steps, parts, parts.context.clock.monotonicUs());
  parts.send(joinNeighbours(steps.map(({ raw }) => raw)));
}

/** Likewise, with our questions around what its completion tags do not tell all of. */
export function sendCounted(steps: readonly Step[], parts: PassageParts): void {
  const { context, state } = parts;
  send(context.catalogue?.showsCounters ? withCounters(steps, state) : steps, parts);
}

/** What the server owes for messages that went on to it at this time. */
export function expectAnswers(steps: readonly Step[], parts: PassageParts, forwardedUs: number): void {
  const { state } = parts;
  for (const step of steps) {
    for (const execution of step.executions) {
      execution.forwardedUs = forwardedUs;
      state.sent(execution);
      if (execution.classified.copy?.direction === "in" && execution.classified.copy.source === "client")
        state.copiesIn.push(execution);
    }
    if (step.expected && !state.expected.push(within(step.expected, state))) ignored(step, parts);
  }
}

function within(expected: Expected, { copiesIn }: ConnectionState): Expected {
  return expected.kind === "sync" && copiesIn.length > 0 ? { kind: "sync", copy: copiesIn[0] } : expected;
}

/** The server ignores this message, since it is waiting for a Sync after an error. */
function ignored(step: Step, { answers, state }: PassageParts): void {
  if (step.expected) answers.reject(step.expected);
  for (const execution of step.executions) {
    state.answered(execution);
    state.leaveCopy(execution);
    state.withdraw(execution);
    answers.close(execution, { status: "skipped", outcome: "rolled-back" });
  }
}
