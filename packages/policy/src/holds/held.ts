import {
  type Approval,
  type ApprovalTerms,
  type Approver,
  type AuditRecord,
  DEFAULT_APPROVAL,
  type Simulation,
} from "@custody/domain";

/** Every type of record about holds, and what each does to one. */
export const APPROVAL_REQUESTED = "approval.requested";
export const APPROVAL_AGREED = "approval.agreed";
export const APPROVAL_GRANTED = "approval.granted";
export const APPROVAL_REFUSED = "approval.refused";
export const APPROVAL_EXPIRED = "approval.expired";
export const APPROVAL_WITHDRAWN = "approval.withdrawn";
export const APPROVAL_CONSUMED = "approval.consumed";

const STATES = {
  [APPROVAL_CONSUMED]: "consumed",
  [APPROVAL_EXPIRED]: "expired",
  [APPROVAL_GRANTED]: "granted",
  [APPROVAL_REFUSED]: "refused",
  [APPROVAL_WITHDRAWN]: "withdrawn",
} as const;

/** Acts that wait for a human, or did: what the ledger says of them. */
export interface Held {
  readonly id: string;
  readonly state: Approval["state"];
  /** Of the first act that needs a human. */
  readonly action: string;
  readonly session: string;
  readonly project: string;
  /** The person that the agent acts for: nobody approves what was asked for them. */
  readonly human: string | undefined;
  readonly target: string;
  readonly binding: string;
  /** What people are shown, and its digest. */
  readonly text: string;
  readonly shown: string;
  readonly terms: ApprovalTerms;
  readonly waits: boolean;
  readonly bound: Simulation | undefined;
  readonly unenforceable: string | undefined;
  readonly agreed: readonly Approver[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | undefined;
  readonly reason: string | undefined;
}

export type Holds = ReadonlyMap<string, Held>;

export type HoldRecord = Pick<
  AuditRecord,
  | "action"
  | "actor"
  | "approval"
  | "decision"
  | "details"
  | "project"
  | "session"
  | "simulation"
  | "target"
  | "type"
>;

/** So many that are over are remembered, to say what became of them. */
const OVER_MAX = 1000;

/** What a record changes about what waits. */
export function applyHoldRecord(holds: Holds, record: HoldRecord): Holds {
  const { approval, type } = record;
  if (approval === undefined) return holds;
  if (type === APPROVAL_REQUESTED)
    return withoutOldest(new Map(holds).set(approval.id, heldOf(record, approval)));
  const found = holds.get(approval.id);
  if (found === undefined) return holds;
  if (type === APPROVAL_AGREED) return new Map(holds).set(found.id, agreedBy(found, approval));
  const state = STATES[type as keyof typeof STATES];
  if (state === undefined) return holds;
  const { decidedAt, expiresAt, reason } = approval;
  const decided = state === "granted" || state === "refused" ? agreedBy(found, approval) : found;
  return new Map(holds).set(found.id, { ...decided, decidedAt, expiresAt, reason, state });
}

function heldOf(
  { action, actor, decision, details = {}, project, session, simulation, target }: HoldRecord,
  approval: Approval,
): Held {
  return {
    action,
    agreed: [],
    binding: String(details["binding"]),
    bound: simulation,
    decidedAt: undefined,
    expiresAt: approval.expiresAt,
    human: actor.human?.id,
    id: approval.id,
    project,
    reason: undefined,
    requestedAt: approval.requestedAt,
    session: session ?? "",
    shown: approval.shown,
    state: "requested",
    target: target?.name ?? "",
    terms: decision?.approval ?? DEFAULT_APPROVAL,
    text: String(details["shown"]),
    unenforceable: approval.unenforceable,
    waits: details["waits"] === true,
  };
}

function agreedBy(held: Held, { approver }: Approval): Held {
  return approver === undefined ? held : { ...held, agreed: [...held.agreed, approver] };
}

export function isOver({ state }: Held): boolean {
  return state !== "requested" && state !== "granted";
}

function withoutOldest(holds: Map<string, Held>): Holds {
  const over = [...holds.values()].filter(isOver);
  for (const { id } of over.slice(0, Math.max(0, over.length - OVER_MAX))) holds.delete(id);
  return holds;
}

/** As the record of the act has it. */
export function approvalOf(held: Held): Approval {
  const { agreed, decidedAt, expiresAt, id, reason, requestedAt, shown, state, unenforceable } = held;
  const approver = agreed.at(-1);
  return {
    ...(approver === undefined ? undefined : { approver }),
    ...(agreed.length > 1 ? { approvers: agreed } : undefined),
    ...(decidedAt === undefined ? undefined : { decidedAt }),
    expiresAt,
    id,
    ...(reason === undefined ? undefined : { reason }),
    requestedAt,
    shown,
    state,
    ...(unenforceable === undefined ? undefined : { unenforceable }),
  };
}
