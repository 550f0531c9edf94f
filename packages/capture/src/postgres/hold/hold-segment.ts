import type { Approval, Approvals, Asked, Consent, Decided, Hold, Simulation } from "@custody/domain";
import type { Verdict } from "../bounded/bound.ts";
import { boundObstacle } from "../bounded/bound-obstacle.ts";
import { passBounded } from "../bounded/bounded-step.ts";
import { ImpactBound } from "../bounded/impact-bound.ts";
import { ScopeBound } from "../bounded/scope-bound.ts";
import { ConnectionLost, StatementFailure } from "../dialogue.ts";
import type { Execution } from "../execution.ts";
import { executionsOf, sendCounted } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { finalRecord } from "../records.ts";
import { finalsOfRefused, refuse } from "../refusal.ts";
import { refusalError } from "../refuse.ts";
import type { Step } from "../segment.ts";
import { simulateSegment } from "../simulate-segment.ts";
import { asksWhileOpen } from "./ask-while-open.ts";
import { sendBeginFirst } from "./begin-first.ts";
import { readCircumstances } from "./circumstances.ts";
import { countUnmeasured } from "./count-unmeasured.ts";
import { describeAsked } from "./describe-asked.ts";
import {
  canceledError,
  comeAgainError,
  holdNotice,
  notApprovedError,
  notAskedError,
  wouldFailError,
} from "./hold-words.ts";
import { holdWhileOpen } from "./judged-run.ts";
import { waitForHuman } from "./wait-for-human.ts";

/** A database that changes faster than people decide is not asked about for ever. */
const ROUNDS_MAX = 5;
const QUESTION_PATIENCE_MS = 10_000;

/** What was not even run. */
const UNDONE = { kind: "undone", said: undefined } as const;

/** Statements that need a human, in the connection that has sent them. */
interface Case {
  readonly steps: readonly Step[];
  readonly decided: readonly Decided[];
  readonly first: Execution;
  readonly parts: PassageParts;
  readonly approvals: Approvals;
}

/**
 * Asks a human about a segment, and runs it within what they were shown, or refuses it.
 *
 *     a yes from before ─► used up ─► run within its bound ─► answered
 *            │ none                        │ it would do more: taken back
 *            ▼                             ▼
 *     what would it do ─► shown ─► a human ─► used up ─► run within its bound ─► …
 *                           │         └ no, too late, or the client is gone: refused
 *                           └ the client does not wait: refused, and may come again
 *
 * `known` is what it did before it was taken back, where that was found out already.
 */
export async function holdSegment(
  given: readonly Step[],
  givenDecided: readonly Decided[],
  first: Execution,
  parts: PassageParts,
  known?: Simulation,
): Promise<void> {
  const { approvals } = parts.context;
  const { decided, steps } = await sendBeginFirst(given, givenDecided, parts);
  const obstacle = await whyNotAsked(steps, parts);
  const notAsked = (why: string) => notAskedError(first.classified.verb, why, first.action);
  if (approvals === undefined) return end(steps, first, parts, notAsked("nobody is there to ask"));
  if (obstacle !== undefined) return end(steps, first, parts, notAsked(obstacle));
  const held: Case = { approvals, decided, first, parts, steps };
  return decideHeld(held, known).catch((error: unknown) => unanswered(held, error));
}

async function decideHeld(held: Case, known: Simulation | undefined): Promise<void> {
  const before = await held.approvals.take(await ask(held, known));
  if (before !== undefined && (await runApproved(held, before)).isOver) return;
  const { decided, parts, steps } = held;
  if (known === undefined && asksWhileOpen(decided) && boundObstacle(steps, parts.state) === undefined)
    return holdWhileOpen(steps, decided, parts);
  const impact = known ?? (await impactOf(held));
  if (impact !== undefined) await decideByHuman(held, impact);
}

/** A question of ours was not answered. What has already run is not told of here. */
async function unanswered({ first, parts, steps }: Case, error: unknown): Promise<void> {
  const { verb } = first.classified;
  if (error instanceof StatementFailure)
    return end(steps, first, parts, notAskedError(verb, error.message, first.action));
  if (error instanceof ConnectionLost) {
    const open = executionsOf(steps).filter(({ state }) => state !== "final");
    const ending = { outcome: "rolled-back", status: "cancelled" } as const;
    await parts.recorder.record(
      open.map((one) => finalRecord(one, ending, parts.context)),
      "written",
    );
    return;
  }
  throw error;
}

/** Nobody can be asked where nothing can be found out about it. */
async function whyNotAsked(steps: readonly Step[], { state }: PassageParts): Promise<string | undefined> {
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  if (state.transaction.isFailed) return "its transaction has failed, and only waits for its end";
  if (state.copiesIn.length > 0 || !state.expected.isAtRest)
    return "it stands in the middle of a pipeline; send it after a Sync";
  if (executionsOf(steps).some(({ classified }) => classified.runsUnseen))
    return "it runs what a cursor was declared for, which nobody would see; send the query itself";
  return steps.at(-1)?.expected?.kind === "sync" || steps.length === 1
    ? undefined
    : "its pipeline does not end here; send a Sync behind it";
}

/** What is asked now: under the circumstances, and by the rules, of now. */
async function ask({ decided, parts, steps }: Case, impact: Simulation | undefined): Promise<Asked> {
  const operations = decided.flatMap(({ action }) => action.operations);
  const circumstances = await parts.borrow(async (client) => {
    const found = await readCircumstances(client, operations);
    await client.leave();
    return found;
  }, QUESTION_PATIENCE_MS);
  return describeAsked(steps, decided, parts.state, circumstances, impact);
}

/** Undefined when the database itself would refuse it: that is answered then. */
async function impactOf({ decided, first, parts, steps }: Case): Promise<Simulation | undefined> {
  const impact = await simulateSegment(steps, decided, "approve", parts.state, parts.borrow);
  if (impact.outcome !== "failed" || isPassing(impact)) return impact;
  first.simulation = impact;
  await end(steps, first, parts, wouldFailError(first.classified.verb, impact, first.action));
  return undefined;
}

/** A lock or a time limit stood against it: when it runs, they may not. */
function isPassing({ code }: Simulation): boolean {
  return code === "55P03" || code === "57014";
}

async function decideByHuman(held: Case, shown: Simulation): Promise<void> {
  const { approvals, first, parts, steps } = held;
  let impact = shown;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const asked = await ask(held, impact);
    first.simulation = impact;
    const hold = await approvals.hold(asked).catch((error: Error & { code?: string }) => error);
    if (hold instanceof Error) {
      if (hold.code?.startsWith("HOLD") !== true) throw hold;
      return end(steps, first, parts, notAskedError(first.classified.verb, hold.message, first.action));
    }
    if (!asked.waits)
      return end(steps, first, parts, comeAgainError(hold, first.classified.verb, first.action));
    const said = await answerOf(held, hold);
    if (said === undefined) return;
    const again = await useConsent(held, hold, impact);
    if (again === undefined) return;
    impact = again;
  }
  return end(
    steps,
    first,
    parts,
    notAskedError(first.classified.verb, "what it would do changes all the time", first.action),
  );
}

/** Undefined when there is no yes: that is answered then. */
async function answerOf({ decided, first, parts, steps }: Case, hold: Hold): Promise<Approval | undefined> {
  const { classified, action } = first;
  const why =
    decided.find(({ decision }) => decision.effect === "approve")?.decision.reasons.join("; ") ?? "";
  const waited = await waitForHuman(hold, parts, holdNotice(hold, classified.verb, why), first);
  for (const execution of executionsOf(steps)) execution.heldUs = first.heldUs;
  if (waited.kind === "interrupted") {
    await end(steps, first, parts, canceledError(), "cancelled");
    return undefined;
  }
  const { approval } = waited;
  if (approval.state === "granted") return approval;
  for (const execution of executionsOf(steps)) execution.approval = approval;
  await end(steps, first, parts, notApprovedError(approval, classified.verb, action));
  return undefined;
}

/** Returns what it would do now when that is not what was approved; undefined when it is over. */
async function useConsent(held: Case, hold: Hold, impact: Simulation): Promise<Simulation | undefined> {
  const { decided, first, parts, steps } = held;
  const denied = await deniedNow(held);
  if (denied !== undefined) {
    await hold.withdraw("the rules forbid it now");
    const execution = executionsOf(steps)[decided.indexOf(denied)] as Execution;
    await end(
      steps,
      first,
      parts,
      refusalError(denied.action, execution.decision ?? denied.decision, execution.classified.verb),
    );
    return undefined;
  }
  const consent = await hold.consume(await ask(held, impact));
  if (consent === undefined) {
    await hold.withdraw("the circumstances are others now");
    return impactOf(held);
  }
  const run = await runApproved(held, consent);
  return run.isOver ? undefined : await impactOf(held);
}

/** A freeze, or other rules, may have come while a human thought. */
async function deniedNow({ decided, parts, steps }: Case): Promise<Decided | undefined> {
  const executions = executionsOf(steps);
  for (const [at, one] of decided.entries()) {
    const decision = await parts.decider.decide({ ...one.action, timeUs: parts.context.clock.nowUs() });
    if (decision.effect !== "deny") continue;
    (executions[at] as Execution).decision = decision;
    return one;
  }
  return undefined;
}

/** `isOver` is false when it would have done more than was approved: all of it was taken back. */
async function runApproved(
  { decided, first, parts, steps }: Case,
  { approval, bound, scope }: Consent,
): Promise<{ readonly isOver: boolean }> {
  for (const execution of executionsOf(steps)) execution.approval = approval;
  first.simulation = bound;
  if (approval.unenforceable !== undefined) {
    countUnmeasured(decided, parts.decider);
    sendCounted(steps, parts);
    return { isOver: true };
  }
  const isFrozen = () =>
    decided.some(({ action }) => {
      const decision = parts.decider.decide({ ...action, timeUs: parts.context.clock.nowUs() });
      return !(decision instanceof Promise) && decision.effect === "deny";
    });
  const limit = scope ? new ScopeBound(scope, isFrozen) : bound && new ImpactBound(bound, isFrozen);
  const isBoundable = limit !== undefined && boundObstacle(steps, parts.state) === undefined;
  const run = isBoundable ? await passBounded<Verdict>(steps, limit, parts) : UNDONE;
  if (run.kind === "answered") {
    const { action } = first;
    if (run.said !== undefined) parts.decider.count?.(action, run.said.byTable);
    return { isOver: true };
  }
  first.simulation = undefined;
  for (const execution of executionsOf(steps)) execution.approval = undefined;
  if (isBoundable && run.said === undefined) {
    await end(
      steps,
      first,
      parts,
      notAskedError(first.classified.verb, "it returns more than 16 MiB while it is measured", first.action),
    );
    return { isOver: true };
  }
  return { isOver: false };
}

/** Refuses it, with its final records before the answer. */
async function end(
  steps: readonly Step[],
  first: Execution,
  parts: PassageParts,
  error: Buffer,
  status: "cancelled" | "denied" = "denied",
): Promise<void> {
  await parts.recorder.record(finalsOfRefused(first, steps, parts.context, status), "written");
  refuse(steps, first, error, parts);
}
