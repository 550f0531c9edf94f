import { type Approval, type Asked, type RecordDraft, rfc3339 } from "@custody/domain";
import { bindingOf } from "./binding.ts";
import { sha256 } from "./canonical.ts";
import { APPROVAL_REQUESTED, approvalOf, type Held } from "./held.ts";
import { shownText } from "./shown.ts";

/** A human was asked: all of what they are shown, so that nothing but the ledger is needed to know it. */
export function requestedRecord(id: string, asked: Asked, nowUs: number): RecordDraft {
  const { actions, decision, held, impact, terms, unenforceable, waits } = asked;
  const requestedAt = rfc3339(nowUs);
  const expiresAt = rfc3339(nowUs + terms.waitMs * 1000);
  const text = shownText(id, asked, { expiresAt, requestedAt });
  const approval: Approval = {
    expiresAt,
    id,
    requestedAt,
    shown: sha256(text),
    state: "requested",
    ...(unenforceable === undefined ? undefined : { unenforceable }),
  };
  const { session, statement, target } = held;
  return {
    action: held.id,
    actor: session.actor,
    approval,
    decision: { ...decision, approval: terms },
    details: { actions: actions.map((one) => one.id), binding: bindingOf(asked), shown: text, waits },
    level: "warning",
    links: held.links,
    message: messageOf(APPROVAL_REQUESTED, target.name, id),
    operations: actions.flatMap(({ operations }) => operations),
    project: session.project,
    session: session.id,
    ...(impact === undefined ? undefined : { simulation: impact }),
    ...(statement === undefined ? undefined : { statement }),
    target,
    time: requestedAt,
    type: APPROVAL_REQUESTED,
  };
}

/** What became of it. `change` is what is new in the approval. */
export function changedRecord(
  held: Held,
  type: string,
  change: Partial<Approval>,
  { actor, nowUs }: { readonly actor: RecordDraft["actor"]; readonly nowUs: number },
  details: NonNullable<RecordDraft["details"]> = {},
): RecordDraft {
  const { action, id, project, session, target } = held;
  return {
    action,
    actor,
    approval: { ...approvalOf(held), ...change },
    details: { ...details, asker: held.human ?? "", target },
    level: "warning",
    links: {},
    message: messageOf(type, target, id),
    project,
    session,
    time: rfc3339(nowUs),
    type,
  };
}

function messageOf(key: string, target: string, hold: string): RecordDraft["message"] {
  return { key, params: { hold, target } };
}
