import type { Decided, Simulation } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import type { Execution } from "../execution.ts";
import { executionsOf } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import type { Step } from "../segment.ts";
import { readCircumstances } from "./circumstances.ts";
import { deniedNow } from "./denied-now.ts";
import { describeAsked, OPEN_MS_MAX } from "./describe-asked.ts";
import { canceledError, holdNotice, notApprovedError, notAskedError } from "./hold-words.ts";
import { waitForHuman } from "./wait-for-human.ts";

/** Why it is taken back, in the words of the protocol; undefined when it may last. */
export type Refusal = { readonly error: Buffer; readonly status: "cancelled" | "denied" } | undefined;

/** Whether a human is to be asked while the transaction waits with its locks, and not before it runs. */
export function asksWhileOpen(decided: readonly Decided[]): boolean {
  const held = decided.filter(({ decision }) => decision.effect === "approve");
  return held.length > 0 && held.every(({ decision }) => decision.approval?.at === "commit");
}

/**
 * Asks a human about what has run and not lasted yet: they see its true rows, and their yes lets exactly that last. `client`
 * is in its transaction. Undefined instead of a promise of a refusal means yes.
 */
export async function askWhileOpen(
  client: Dialogue,
  steps: readonly Step[],
  decided: readonly Decided[],
  impact: Simulation,
  parts: PassageParts,
): Promise<Refusal> {
  const at = decided.findIndex(({ decision }) => decision.effect === "approve");
  const first = executionsOf(steps)[at] as Execution;
  const { action, classified } = first;
  const { approvals } = parts.context;
  const denied = (error: Buffer): Refusal => ({ error, status: "denied" });
  if (approvals === undefined)
    return denied(notAskedError(classified.verb, "nobody is there to ask", action));
  const circumstances = await readCircumstances(
    client,
    decided.flatMap((one) => one.action.operations),
  );
  const found = describeAsked(steps, decided, parts.state, circumstances, impact);
  // Nobody comes again to a transaction that is open.
  const terms = { ...found.terms, waitMs: Math.min(found.terms.waitMs, OPEN_MS_MAX) };
  const asked = { ...found, terms, unenforceable: undefined, waits: true };
  first.simulation = impact;
  const hold = await approvals.hold(asked).catch((error: Error & { code?: string }) => error);
  if (hold instanceof Error) {
    if (hold.code?.startsWith("HOLD") !== true) throw hold;
    return denied(notAskedError(classified.verb, hold.message, action));
  }
  const notice = holdNotice(hold, classified.verb, asked.decision.reasons.join("; "));
  const waited = await waitForHuman(hold, parts, notice, first);
  if (waited.kind === "interrupted") return { error: canceledError(), status: "cancelled" };
  const denial = await deniedNow(steps, decided, parts);
  if (denial !== undefined) {
    await hold.withdraw("the rules forbid it now");
    return denied(denial);
  }
  const { approval } = waited;
  const consent = approval.state === "granted" ? await hold.consume(asked) : undefined;
  for (const execution of executionsOf(steps)) {
    execution.heldUs = first.heldUs;
    execution.approval = consent?.approval ?? approval;
  }
  return consent === undefined ? denied(notApprovedError(approval, classified.verb, action)) : undefined;
}
