import type { Action } from "./action.ts";
import type { Decision } from "./decision.ts";
import { goOn } from "./go-on.ts";
import type { Decider, RecordDraft, Recorder, Safety } from "./ports.ts";

/** An action together with what was decided about it. */
export interface Decided {
  readonly action: Action;
  readonly decision: Decision;
}

/** What a capture source brings to `pass()`: the acts that travel together, and its two ways on. */
export interface Journey {
  /** The acts of one indivisible message or segment, in order; all go on, or none. */
  readonly actions: readonly Action[];
  /** How safe the request must be before anything is forwarded: `durable` for whatever can change the world. */
  readonly safety: Safety;
  /** How the requests are written down; capture knows the words of its protocol. */
  requested(decided: readonly Decided[]): readonly RecordDraft[];
  /** Sends the received bytes, unchanged, to the real system. */
  forward(decided: readonly Decided[]): void | Promise<void>;
  /** Says "no" in the words of the protocol; `refused` is the first action that may not proceed, `because` the one why. */
  refuse(decided: readonly Decided[], refused: Decided, because: Decided): void | Promise<void>;
  /** Asks a human, and goes on or refuses by the answer; `held` is the first that needs one. None of them is denied. */
  hold(decided: readonly Decided[], held: Decided): void | Promise<void>;
  /** Finds out what the acts would do, takes it back, writes it down and tells it; `simulated` is the first to stop at. */
  simulate(decided: readonly Decided[], simulated: Decided): void | Promise<void>;
}

/**
 * The one way through: every captured action, whatever its protocol, passes here.
 *
 *     capture ─► decide ─► record ─► forward ─► (outcome ─► record, by the source that sees the answer)
 *                   │         │
 *                   │         └─ the ledger cannot write: throws, nothing was forwarded
 *                   ├─ "approve": a human is asked, and what they say is on record before anything goes on
 *                   ├─ a "no", or a decider that throws: refused, and the refusal is on record
 *                   └─ "simulate": run, measured and taken back; what it would have done is on record, and the answer
 *
 * Nothing is forwarded before it is recorded as safely as the journey asks. A journey of pure reads asks for
 * `queued`: the source then waits for `recorder.settle("written")` before it relays the first byte of the answer.
 *
 * Returns a promise only when something had to be waited for; what throws at once throws, and what fails later rejects.
 */
export function pass(
  journey: Journey,
  ports: { decider: Decider; recorder: Recorder },
): void | Promise<void> {
  return goOn(decideAll(journey.actions, ports.decider), (decided) => {
    const recorded =
      decided.length > 0 ? ports.recorder.record(journey.requested(decided), journey.safety) : undefined;
    return goOn(recorded, () => {
      const stop = firstStop(decided);
      if (stop === undefined) return journey.forward(decided);
      const { because, first } = stop;
      if (because.decision.effect === "approve") return journey.hold(decided, first);
      return because.decision.effect === "simulate"
        ? journey.simulate(decided, first)
        : journey.refuse(decided, first, because);
    });
  });
}

/** The first action that may not go on at once, and the one that decides what becomes of it. */
export interface Stop {
  readonly first: Decided;
  readonly because: Decided;
}

/** Nobody is asked about what will be refused anyway: where one would be held, the denial of a later one counts. */
export function firstStop(decided: readonly Decided[]): Stop | undefined {
  const first = decided.find(({ decision }) => decision.effect !== "allow");
  if (first === undefined) return undefined;
  const denied = decided.find(({ decision }) => decision.effect === "deny");
  return { because: first.decision.effect === "approve" ? (denied ?? first) : first, first };
}

/** One after the other, and without waiting for a decision that is there. */
function decideAll(
  actions: readonly Action[],
  decider: Decider,
  decided: Decided[] = [],
): readonly Decided[] | Promise<readonly Decided[]> {
  for (let at = decided.length; at < actions.length; at += 1) {
    const action = actions[at] as Action;
    const decision = decide(action, decider);
    if (decision instanceof Promise)
      return decision.then((late) => decideAll(actions, decider, [...decided, { action, decision: late }]));
    decided.push({ action, decision });
  }
  return decided;
}

/** A decider that fails has not said yes. */
function decide(action: Action, decider: Decider): Decision | Promise<Decision> {
  if (action.refused) return action.refused;
  try {
    const decision = decider.decide(action);
    return decision instanceof Promise ? decision.catch(failedDecision) : decision;
  } catch (error) {
    return failedDecision(error);
  }
}

function failedDecision(error: unknown): Decision {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    effect: "deny",
    policy: "",
    reasons: [`the policy could not decide: ${reason}`],
    rule: "policy-error",
  };
}
