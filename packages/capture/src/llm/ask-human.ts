import {
  type Action,
  type Approval,
  type Approvals,
  type Asked,
  DEFAULT_APPROVAL,
  type Decision,
} from "@custody/domain";
import type { ClientEnd } from "./client-end.ts";

/** What a human has said, or why nobody did. */
export type HumanAnswer =
  | { readonly approval: Approval; readonly isAllowed: true }
  | { readonly approval?: Approval; readonly isAllowed: false; readonly reason: string };

interface Question {
  readonly action: Action;
  readonly approvals: Approvals | undefined;
  readonly decision: Decision;
  /** The client's end: nobody waits any more. */
  readonly gone: ClientEnd;
}

/** Puts a request before people, and waits for as long as the rule says. Rejects when the ledger cannot write. */
export async function askHuman({ action, approvals, decision, gone }: Question): Promise<HumanAnswer> {
  if (approvals === undefined)
    return { isAllowed: false, reason: "it needs a human, and nobody can be asked here" };
  const asked = askedOf(action, decision);
  const given = await approvals.take(asked);
  if (given !== undefined) return { approval: given.approval, isAllowed: true };
  const hold = await approvals.hold(asked).catch((error: Error & { code?: string }) => error);
  // Too many wait, or nobody could read it; any other error is the ledger's.
  if (hold instanceof Error) {
    if (hold.code?.startsWith("HOLD") !== true) throw hold;
    return { isAllowed: false, reason: hold.message };
  }
  const withdraw = () => void hold.withdraw("the client is gone").catch(() => {});
  const stopListening = gone.heard(withdraw);
  try {
    const approval = await hold.ended;
    const consent = approval.state === "granted" ? await hold.consume(asked) : undefined;
    if (consent !== undefined) return { approval: consent.approval, isAllowed: true };
    return { approval, isAllowed: false, reason: approval.reason ?? `nobody approved it: ${approval.state}` };
  } finally {
    stopListening();
  }
}

/** A yes is for these bytes, of this session, to this provider. What they make a model say, nobody can hold it to. */
function askedOf(action: Action, decision: Decision): Asked {
  return {
    actions: [action],
    circumstances: { around: [], objects: [], role: "", runs: [], sessionRole: "", settings: {} },
    decision,
    held: action,
    isInTransaction: false,
    terms: decision.approval ?? DEFAULT_APPROVAL,
    unenforceable: "what a model answers is known only when it has answered",
    waits: true,
  };
}
