import type { Approver } from "@custody/domain";
import { may, type Principal, projectsOf } from "@custody/identity";
import {
  applyHoldRecord,
  type Held,
  HoldDesk,
  HoldError,
  type HoldErrorCode,
  type Holds,
  isOver,
} from "@custody/policy";
import { type HoldListing, type HoldPage, HttpProblem, type HttpProblemCode } from "@custody/server";
import { z } from "zod";
import { type Derived, RecordRegister, type RecordRegisterOptions } from "../recorder/record-register.ts";

const APPROVALS: Derived<Holds> = {
  apply: applyHoldRecord,
  concerns: (type) => type.startsWith("approval."),
  fromKept: (kept: Held[]) => new Map(kept.map((held) => [held.id, held])),
  initial: new Map(),
  name: "approvals",
  toKept: (holds) => [...holds.values()],
};

const listRequest = z.strictObject({
  state: z.enum(["open", "all"]),
  limit: z.number().int().min(1).max(500),
  before: z.string().exactOptional(),
});
const oneRequest = z.strictObject({ id: z.string() });
const decision = z.strictObject({
  id: z.string(),
  verdict: z.enum(["approve", "deny"]),
  shown: z.string(),
  reason: z.string().trim().min(1).max(1000).optional(),
});

export interface ApprovalDeskOptions extends RecordRegisterOptions {
  readonly newId: () => string;
  readonly nowUs: () => number;
}

/** What waits for people, for the data path, and for the people. */
export class ApprovalDesk {
  readonly #register: RecordRegister<Holds>;
  readonly desk: HoldDesk;

  constructor(options: ApprovalDeskOptions) {
    const { newId, nowUs } = options;
    this.#register = new RecordRegister(APPROVALS, options);
    this.desk = new HoldDesk({ newId, nowUs, register: this.#register });
  }

  /** Newest first; only what is of projects in which whoever asks may see it. @throws HttpProblem */
  list(body: unknown, by: Principal): HoldPage {
    const { before, limit, state } = parse(listRequest, body);
    const projects = projectsOf(by, "holds.read");
    const seen = this.desk.holds.filter(
      (held) => (projects === "all" || projects.includes(held.project)) && (state === "all" || !isOver(held)),
    );
    const from = before === undefined ? 0 : seen.findIndex(({ id }) => id === before) + 1;
    const found = seen.slice(from, from + limit);
    return {
      holds: found.map(listingOf),
      next: from + limit < seen.length ? (found.at(-1)?.id ?? null) : null,
    };
  }

  /** @throws HttpProblem not-found */
  find(body: unknown, by: Principal): HoldListing {
    return listingOf(this.#expect(parse(oneRequest, body).id, by, "holds.read"));
  }

  /** @throws HttpProblem */
  async decide(body: unknown, by: Principal): Promise<HoldListing> {
    const { id, reason, shown, verdict } = parse(decision, body);
    this.#expect(id, by, "holds.decide");
    try {
      return listingOf(await this.desk.decide(id, { by: approverOf(by), reason, shown, verdict }));
    } catch (error) {
      if (!(error instanceof HoldError)) throw error;
      throw new HttpProblem(PROBLEMS[error.code], error.message);
    }
  }

  close(): void {
    this.desk.close();
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

const PROBLEMS: Readonly<Record<HoldErrorCode, HttpProblemCode>> = {
  HOLD_CHANGED: "hold-changed",
  HOLD_NOT_YOURS: "hold-not-yours",
  HOLD_OVER: "hold-over",
  HOLD_PASSKEY_NEEDED: "hold-not-yours",
  HOLD_TOO_LONG: "request-invalid",
  HOLD_UNKNOWN: "not-found",
  HOLDS_TOO_MANY: "request-invalid",
};

function approverOf({ assurance, id, method, name }: Principal): Approver {
  return { assurance, id, method, name };
}

function listingOf(held: Held): HoldListing {
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
  };
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HttpProblem("request-invalid", `${issue?.path.join(".") || "the request"}: ${issue?.message}`);
}
