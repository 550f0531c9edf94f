import { type Approver, rfc3339, type SessionIdentity } from "@custody/domain";
import {
  type CheckedAnswer,
  IdentityError,
  may,
  type Principal,
  projectsOf,
  type SignedAnswer,
} from "@custody/identity";
import {
  applyGrantRecord,
  applyHoldRecord,
  type Grant,
  type Grants,
  type Held,
  HoldDesk,
  HoldError,
  type HoldErrorCode,
  type Holds,
  isOver,
  SCOPE_ENDED,
  SCOPE_GRANTED,
  scopeEndedRecord,
  scopeGrantedRecord,
} from "@custody/policy";
import { type HoldListing, type HoldPage, HttpProblem, type HttpProblemCode } from "@custody/server";
import type { AnsweredHold } from "@custody/signatures";
import { z } from "zod";
import { readRequest } from "../control/read-request.ts";
import { type Derived, RecordRegister, type RecordRegisterOptions } from "../recorder/record-register.ts";

const APPROVALS: Derived<Holds> = {
  apply: applyHoldRecord,
  concerns: (type) => type.startsWith("approval."),
  fromKept: (kept: Held[]) => new Map(kept.map((held) => [held.id, held])),
  initial: new Map(),
  name: "approvals",
  toKept: (holds) => [...holds.values()],
};

const GRANTS: Derived<Grants> = {
  apply: applyGrantRecord,
  concerns: (type) => type === SCOPE_GRANTED || type === SCOPE_ENDED,
  fromKept: (kept: Grant[]) => new Map(kept.map((grant) => [grant.id, grant])),
  initial: new Map(),
  name: "grants",
  toKept: (grants) => [...grants.values()],
};

/** A grant is for one piece of work, not for a day. */
const GRANT_MINUTES_MAX = 240;

const grantRequest = z.strictObject({
  target: z.string().min(1).max(63),
  session: z.string().min(1).max(100),
  verbs: z.array(z.string().trim().min(1).max(100)).min(1).max(20),
  objects: z
    .array(z.string().regex(/^[^.]+\.[^.]+$/, "write schema.name"))
    .min(1)
    .max(1000),
  minutes: z.number().int().min(1).max(GRANT_MINUTES_MAX),
  reason: z.string().trim().min(1).max(1000),
});
const endGrantRequest = z.strictObject({ grant: z.string(), reason: z.string().trim().min(1).max(1000) });

const listRequest = z.strictObject({
  state: z.enum(["open", "all"]),
  limit: z.number().int().min(1).max(500),
  before: z.string().exactOptional(),
});
const oneRequest = z.strictObject({ id: z.string() });
const encoded = z.base64url().min(1).max(10_000);
const signedSchema: z.ZodType<SignedAnswer> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("passkey"),
    credential: encoded,
    authenticatorData: encoded,
    clientDataJSON: encoded,
    signature: encoded,
  }),
  z.strictObject({ kind: z.literal("ssh-key"), signature: z.string().min(1).max(20_000) }),
]);
const decision = z.strictObject({
  id: z.string(),
  verdict: z.enum(["approve", "deny"]),
  shown: z.string(),
  reason: z.string().trim().min(1).max(1000).optional(),
  signed: signedSchema.optional(),
});

export interface ApprovalDeskOptions extends RecordRegisterOptions {
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** Whose it is: undefined for a session that there is not. */
  readonly findSession: (id: string) => SessionIdentity | undefined;
  /** Agents may run as the user that Custody runs as: then they could act for whoever is signed in there. */
  readonly setUp?: "same user" | undefined;
  /** @throws IdentityError */
  readonly checkSigned: (
    user: string,
    answered: AnsweredHold,
    signed: SignedAnswer,
  ) => Promise<CheckedAnswer>;
}

/** What waits for people, for the data path, and for the people. */
export class ApprovalDesk {
  readonly #register: RecordRegister<Holds>;
  readonly #grants: RecordRegister<Grants>;
  readonly #options: ApprovalDeskOptions;
  readonly desk: HoldDesk;

  constructor(options: ApprovalDeskOptions) {
    const { newId, nowUs, setUp } = options;
    this.#options = options;
    this.#grants = new RecordRegister(GRANTS, options);
    this.#register = new RecordRegister(APPROVALS, options);
    this.desk = new HoldDesk({
      grants: () => this.#grants.state,
      newId,
      nowUs,
      register: this.#register,
      setUp,
    });
  }

  /** Newest first; only what is of projects in which whoever asks may see it. @throws HttpProblem */
  list(body: unknown, by: Principal): HoldPage {
    const { before, limit, state } = readRequest(listRequest, body);
    const projects = projectsOf(by, "holds.read");
    const seen = this.desk.holds.filter(
      (held) => (projects === "all" || projects.includes(held.project)) && (state === "all" || !isOver(held)),
    );
    const from = before === undefined ? 0 : seen.findIndex(({ id }) => id === before) + 1;
    const found = seen.slice(from, from + limit);
    return {
      holds: found.map((held) => listingOf(held, by)),
      next: from + limit < seen.length ? (found.at(-1)?.id ?? null) : null,
    };
  }

  /** @throws HttpProblem not-found */
  find(body: unknown, by: Principal): HoldListing {
    return listingOf(this.#expect(readRequest(oneRequest, body).id, by, "holds.read"), by);
  }

  /** @throws HttpProblem */
  async decide(body: unknown, by: Principal): Promise<HoldListing> {
    const { id, reason, shown, signed, verdict } = readRequest(decision, body);
    this.#expect(id, by, "holds.decide");
    const found = signed && (await this.#check(by, { hold: id, shown, verdict }, signed));
    try {
      const answer = { by: approverOf(by, found?.signed), reason, shown, verdict, ...found };
      return listingOf(await this.desk.decide(id, answer), by);
    } catch (error) {
      if (!(error instanceof HoldError)) throw error;
      throw new HttpProblem(PROBLEMS[error.code], error.message);
    }
  }

  /** Whether it counts. Also what does not goes to the desk, which puts it on record. */
  async #check(by: Principal, answered: AnsweredHold, signed: SignedAnswer): Promise<CheckedSignature> {
    try {
      return { signed: await this.#options.checkSigned(by.id, answered, signed) };
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return { refusal: new HoldError("HOLD_SIGNATURE_REFUSED", error.message) };
    }
  }

  /** Lets one session do some things without asking each time. @throws HttpProblem */
  async grant(body: unknown, by: Principal): Promise<Grant> {
    const { minutes, objects, reason, session, target, verbs } = readRequest(grantRequest, body);
    const { findSession, newId, nowUs } = this.#options;
    const found = findSession(session);
    if (found === undefined || !may(by, "holds.decide", found.project))
      throw new HttpProblem("not-found", `there is no session ${session} that you may decide for`);
    if (found.actor.human?.id === by.id)
      throw new HttpProblem("hold-not-yours", "nobody approves what is asked for themselves");
    const grant: Omit<Grant, "since"> = {
      by: approverOf(by),
      id: newId(),
      objects,
      project: found.project,
      reason,
      session,
      target,
      until: rfc3339(nowUs() + minutes * 60_000_000),
      verbs: verbs.map((verb) => verb.toUpperCase()),
    };
    await this.#grants.record(scopeGrantedRecord(grant, nowUs()));
    return this.#grants.state.get(grant.id) as Grant;
  }

  /** @throws HttpProblem */
  async endGrant(body: unknown, by: Principal): Promise<Grant> {
    const { grant: id, reason } = readRequest(endGrantRequest, body);
    const grant = this.#grants.state.get(id);
    if (grant === undefined || !may(by, "holds.decide", grant.project))
      throw new HttpProblem("not-found", `there is no grant ${id} that you may end`);
    await this.#grants.record(scopeEndedRecord(grant, approverOf(by), reason, this.#options.nowUs()));
    return grant;
  }

  /** Those in force. */
  grants(by: Principal): Grant[] {
    const now = rfc3339(this.#options.nowUs());
    return [...this.#grants.state.values()].filter(
      ({ project, until }) => until > now && may(by, "holds.read", project),
    );
  }

  get loaded(): Promise<void> {
    return this.#grants.loaded;
  }

  close(): void {
    this.desk.close();
    this.#grants.close();
    this.#register.close();
  }

  /** What is of another project is as unknown as what never was. */
  #expect(id: string, by: Principal, act: "holds.decide" | "holds.read"): Held {
    const held = this.desk.find(id);
    if (held === undefined || !may(by, "holds.read", held.project))
      throw new HttpProblem("not-found", `there is no hold ${id}, or it was over long ago`);
    if (!may(by, act, held.project))
      throw new HttpProblem("not-permitted", `deciding needs the role of an approver in ${held.project}`);
    return held;
  }
}

interface CheckedSignature {
  readonly signed?: CheckedAnswer;
  readonly refusal?: HoldError;
}

const PROBLEMS: Readonly<Record<HoldErrorCode, HttpProblemCode>> = {
  HOLD_CHANGED: "hold-changed",
  HOLD_NOT_YOURS: "hold-not-yours",
  HOLD_OVER: "hold-over",
  HOLD_PASSKEY_NEEDED: "passkey-needed",
  HOLD_SIGNATURE_REFUSED: "signature-refused",
  HOLD_TOO_LONG: "request-invalid",
  HOLD_UNKNOWN: "not-found",
  HOLDS_TOO_MANY: "request-invalid",
};

/** Only a passkey's signature says more of who it was than the way they came in. */
function approverOf({ assurance, id, method, name }: Principal, signed?: CheckedAnswer): Approver {
  if (signed === undefined) return { assurance, id, method, name };
  return { assurance: signed.kind === "passkey" ? "passkey" : assurance, id, method: signed.kind, name };
}

function listingOf(held: Held, by: Principal): HoldListing {
  const { action, agreed, decidedAt, expiresAt, id, project, reason, requestedAt } = held;
  const { session, shown, state, target, terms, text, waits } = held;
  return {
    id,
    state,
    action,
    session,
    project,
    target,
    text,
    shown,
    waits,
    approvers: terms.approvers,
    isPasskeyNeeded: terms.isPasskeyNeeded === true,
    agreed: agreed.map((one) => ({ id: one.id, name: one.name, method: one.method })),
    requestedAt,
    expiresAt,
    decidedAt: decidedAt ?? null,
    reason: reason ?? null,
    hindrance: hindranceOf(held, by),
  };
}

/** So that nobody is offered what would be refused; the desk judges again when the answer comes. */
function hindranceOf(
  { agreed, human, project, state, terms }: Held,
  by: Principal,
): HoldListing["hindrance"] {
  if (state !== "requested") return null;
  if (!may(by, "holds.decide", project)) return "not-permitted";
  if (by.id === human) return "own";
  if (agreed.some(({ id }) => id === by.id)) return "said-yes";
  return terms.isPasskeyNeeded === true ? "passkey" : null;
}
