import type { Approval, Approvals, Asked, Consent, Decided, Hold, Simulation } from "@custody/domain";
import type { Verdict } from "../bounded/bound.ts";
import { boundObstacle, placeObstacle } from "../bounded/bound-obstacle.ts";
import { ImpactBound } from "../bounded/impact-bound.ts";
import { passBounded } from "../bounded/pass-bounded.ts";
import { ScopeBound } from "../bounded/scope-bound.ts";
import type { Execution } from "../execution.ts";
import { executionsOf, sendCounted } from "../forward.ts";
import type { Interruptible, PassageParts } from "../passage-parts.ts";
import { endOnRecord, refuseOnRecord } from "../refusal.ts";
import type { Step } from "../segment.ts";
import { ConnectionLost, StatementFailure } from "../server-failure.ts";
import { simulateSegment } from "../simulate-segment.ts";
import { asksWhileOpen } from "./ask-while-open.ts";
import { sendBeginFirst } from "./begin-first.ts";
import { readCircumstances } from "./circumstances.ts";
import { countUnmeasured } from "./count-unmeasured.ts";
import { denialNow, deniedNow } from "./denied-now.ts";
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
import { withVictim } from "./victim.ts";
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
  if (approvals === undefined) return refuseOnRecord(steps, first, notAsked("nobody is there to ask"), parts);
  if (obstacle !== undefined) return refuseOnRecord(steps, first, notAsked(obstacle), parts);
  const held: Case = { approvals, decided, first, parts, steps };
  return decideHeld(held, known).catch((error: unknown) => unanswered(held, error));
}

async function decideHeld(held: Case, known: Simulation | undefined): Promise<void> {
  const before = await held.approvals.take(await ask(held, known));
  if (before !== undefined && (await runApproved(held, before)).isOver) return;
  const { decided, parts, steps } = held;
  const waitsOpen =
    known === undefined && asksWhileOpen(decided) && boundObstacle(steps, parts.state) === undefined;
  const taken = waitsOpen ? await holdWhileOpen(steps, decided, parts) : undefined;
  if (waitsOpen && taken === undefined) return;
  const impact = known ?? taken ?? (await impactOf(held));
  if (impact !== undefined) await decideByHuman(held, impact);
}

/** A question of ours was not answered. What has already run is not told of here. */
async function unanswered({ first, parts, steps }: Case, error: unknown): Promise<void> {
  const { verb } = first.classified;
  if (error instanceof StatementFailure)
    return refuseOnRecord(steps, first, notAskedError(verb, error.message, first.action), parts);
  if (error instanceof ConnectionLost)
    return endOnRecord(steps, { outcome: "rolled-back", status: "cancelled" }, parts);
  throw error;
}

/** Nobody can be asked where nothing can be found out about it. */
async function whyNotAsked(steps: readonly Step[], { state }: PassageParts): Promise<string | undefined> {
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  const obstacle = placeObstacle(steps, state);
  if (obstacle !== undefined) return obstacle;
  return executionsOf(steps).some(({ classified }) => classified.runsUnseen)
    ? "it runs what a cursor was declared for, which nobody would see; send the query itself"
    : undefined;
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
  const simulated = await simulateSegment(steps, decided, "approve", parts.state, parts.borrow);
  const impact = await withVictim(simulated, decided, parts.context);
  if (impact.outcome !== "failed" || isPassing(impact)) return impact;
  first.simulation = impact;
  await refuseOnRecord(steps, first, wouldFailError(first.classified.verb, impact, first.action), parts);
  return undefined;
}

/** A lock or a time limit stood against it: when it runs, they may not. */
function isPassing({ code }: Simulation): boolean {
  return code === "55P03" || code === "57014";
}

async function decideByHuman(held: Case, shown: Simulation): Promise<void> {
  const { first, parts, steps } = held;
  let impact = shown;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const asked = await ask(held, impact);
    first.simulation = impact;
    const hold = await grantedBy(held, asked);
    if (hold === undefined) return;
    const again = await useConsent(held, hold, impact);
    if (again === undefined) return;
    impact = again;
  }
  return refuseOnRecord(
    steps,
    first,
    notAskedError(first.classified.verb, "what it would do changes all the time", first.action),
    parts,
  );
}

/** The hold that somebody has said yes to. Undefined when there is none: that is answered then. */
async function grantedBy(held: Case, asked: Asked): Promise<Hold | undefined> {
  const { approvals, first, parts, steps } = held;
  const { verb } = first.classified;
  const waiting = parts.interruptible();
  try {
    const hold = await approvals.hold(asked).catch((error: Error & { code?: string }) => error);
    if (hold instanceof Error) {
      if (hold.code?.startsWith("HOLD") !== true) throw hold;
      await refuseOnRecord(steps, first, notAskedError(verb, hold.message, first.action), parts);
    } else if (!asked.waits)
      await refuseOnRecord(steps, first, comeAgainError(hold, verb, first.action), parts);
    else if ((await answerOf(held, hold, waiting)) !== undefined) return hold;
    return undefined;
  } finally {
    waiting.done();
  }
}

/** Undefined when there is no yes: that is answered then. */
async function answerOf(
  { decided, first, parts, steps }: Case,
  hold: Hold,
  waiting: Interruptible,
): Promise<Approval | undefined> {
  const { classified, action } = first;
  const why =
    decided.find(({ decision }) => decision.effect === "approve")?.decision.reasons.join("; ") ?? "";
  const notice = holdNotice(hold, classified.verb, why);
  const waited = await waitForHuman(hold, parts, waiting, notice, first);
  for (const execution of executionsOf(steps)) execution.heldUs = first.heldUs;
  if (waited.kind === "interrupted") {
    await refuseOnRecord(steps, first, canceledError(), parts, "cancelled");
    return undefined;
  }
  const { approval } = waited;
  if (approval.state === "granted") return approval;
  for (const execution of executionsOf(steps)) execution.approval = approval;
  await refuseOnRecord(steps, first, notApprovedError(approval, classified.verb, action), parts);
  return undefined;
}

/** Returns what it would do now when that is not what was approved; undefined when it is over. */
async function useConsent(held: Case, hold: Hold, impact: Simulation): Promise<Simulation | undefined> {
  const { decided, first, parts, steps } = held;
  const denial = await deniedNow(steps, decided, parts);
  if (denial !== undefined) {
    await hold.withdraw("the rules forbid it now");
    await refuseOnRecord(steps, first, denial, parts);
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
  const isForbidden = async () => (await denialNow(decided, parts)) !== undefined;
  const limit = scope ? new ScopeBound(scope, isForbidden) : bound && new ImpactBound(bound, isForbidden);
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
    await refuseOnRecord(
      steps,
      first,
      notAskedError(first.classified.verb, "it returns more than 16 MiB while it is measured", first.action),
      parts,
    );
    return { isOver: true };
  }
  return { isOver: false };
}
