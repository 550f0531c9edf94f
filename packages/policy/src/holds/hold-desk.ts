import {
  type Approval,
  type Approvals,
  type Approver,
  type Asked,
  type Consent,
  type Hold,
  type RecordDraft,
  rfc3339,
} from "@custody/domain";
import { covers, type Grants } from "../grants/grant.ts";
import { bindingOf } from "./binding.ts";
import { canonical, sha256 } from "./canonical.ts";
import {
  APPROVAL_AGREED,
  APPROVAL_CONSUMED,
  APPROVAL_EXPIRED,
  APPROVAL_GRANTED,
  APPROVAL_REFUSED,
  APPROVAL_WITHDRAWN,
  approvalOf,
  type Held,
  type Holds,
  isOver,
} from "./held.ts";
import { HoldError } from "./hold-error.ts";
import { changedRecord, requestedRecord } from "./hold-records.ts";
import { InTurn } from "./in-turn.ts";
import { Waiting } from "./waiting.ts";

/** A use that was tried and not allowed. */
const APPROVAL_MISUSED = "approval.misused";

/** What waits, as the ledger says it; `record` changes it once the record is durable. */
export interface HoldRegister {
  readonly loaded: Promise<void>;
  readonly state: Holds;
  record(draft: RecordDraft): Promise<number>;
}

export interface HoldDeskOptions {
  readonly register: HoldRegister;
  /** What people let sessions do without being asked each time. */
  readonly grants: () => Grants;
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** What makes every answer worth less, and so stands in its record. */
  readonly setUp?: "same user" | undefined;
}

/** A human's answer. */
export interface Answer {
  readonly verdict: "approve" | "deny";
  readonly by: Approver;
  /** The digest of what they were shown. */
  readonly shown: string;
  readonly reason?: string | undefined;
  /** What they have signed, checked by whoever passes it on: it stands in the record for anybody to check. */
  readonly signed?: SignedAnswer | undefined;
  /** Why what they have signed does not count, as whoever passes it on has found. */
  readonly refusal?: HoldError | undefined;
}

interface SignedAnswer {
  readonly kind: "passkey" | "ssh-key";
  readonly details: NonNullable<RecordDraft["details"]>;
}

/** More than these wait for nobody: a human could not look at them. */
const HOLDS_MAX = 2000;
/** One session must not take the place of all others. */
const SESSION_HOLDS_MAX = 1000;
/** A statement that is longer is not read by a human. */
const SHOWN_CHARACTERS_MAX = 1024 * 1024;

const CUSTODY = { service: "custody" } as const;

/**
 * Where acts wait for people. The ledger decides what was approved and what is used up; here are only those that wait, and
 * the order: of one hold, one thing happens after the other, each on record before the next is looked at.
 */
export class HoldDesk implements Approvals {
  readonly #options: HoldDeskOptions;
  readonly #waiting = new Waiting();
  readonly #inTurn = new InTurn();

  constructor(options: HoldDeskOptions) {
    this.#options = options;
  }

  /** After a start: whoever waited is gone, and what was given for a retry still stands. */
  async resume(): Promise<void> {
    await this.#options.register.loaded;
    for (const held of this.#options.register.state.values()) {
      if (isOver(held)) continue;
      if (held.waits) await this.#withdraw(held.id, "Custody was restarted");
      else this.#expireInTime(held);
    }
  }

  /** Newest first. */
  get holds(): readonly Held[] {
    return [...this.#options.register.state.values()].reverse();
  }

  find(id: string): Held | undefined {
    return this.#options.register.state.get(id);
  }

  async take(asked: Asked): Promise<Consent | undefined> {
    const binding = bindingOf(asked);
    for (const held of this.#options.register.state.values())
      if (held.state === "granted" && !held.waits && held.binding === binding) {
        const consent = await this.#consume(held.id, asked);
        if (consent !== undefined) return consent;
      }
    return this.#granted(asked);
  }

  /** A grant is not used up; each act that it covers has it in its record. */
  #granted(asked: Asked): Consent | undefined {
    const { grants, nowUs } = this.#options;
    const grant = [...grants().values()].find((one) => covers(one, asked.actions, nowUs()));
    if (grant === undefined) return undefined;
    const { by, id, objects, reason, since, until } = grant;
    const shown = sha256(canonical(grant));
    const approval: Approval = {
      approver: by,
      decidedAt: since,
      expiresAt: until,
      id,
      reason,
      requestedAt: since,
      shown,
      state: "granted",
    };
    return { approval, scope: objects };
  }

  async hold(asked: Asked): Promise<Hold> {
    const { newId, nowUs, register } = this.#options;
    const binding = bindingOf(asked);
    const waitingFor = (held: Held): boolean =>
      held.state === "requested" && !held.waits && held.binding === binding;
    const found = asked.waits ? undefined : [...register.state.values()].find(waitingFor);
    if (found !== undefined) return this.#handleOf(found);
    this.#checkRoom(asked.held.session.id);
    const id = newId();
    const draft = requestedRecord(id, asked, nowUs());
    if (String(draft.details?.["shown"]).length > SHOWN_CHARACTERS_MAX)
      throw new HoldError("HOLD_TOO_LONG", "it is longer than a human could read, so nobody is asked");
    await register.record(draft);
    const held = register.state.get(id) as Held;
    this.#expireInTime(held);
    return this.#handleOf(held);
  }

  /** @throws HoldError HOLDS_TOO_MANY */
  #checkRoom(session: string): void {
    let open = 0;
    let ofSession = 0;
    for (const held of this.#options.register.state.values()) {
      if (isOver(held)) continue;
      open += 1;
      if (held.session === session) ofSession += 1;
    }
    if (open < HOLDS_MAX && ofSession < SESSION_HOLDS_MAX) return;
    const whose = ofSession < SESSION_HOLDS_MAX ? `${open} actions` : `${ofSession} actions of this session`;
    throw new HoldError("HOLDS_TOO_MANY", `${whose} wait for a human already; nobody is asked about more`);
  }

  /** A human has answered; resolves once that is on record. @throws HoldError */
  decide(id: string, answer: Answer): Promise<Held> {
    return this.#inTurn.of(id, async () => {
      const held = this.#expect(id);
      const wrong = whyNot(held, answer, this.#options.nowUs());
      if (wrong !== undefined) {
        await this.#misused(held, answer.by, wrong);
        throw wrong;
      }
      const { by, reason } = answer;
      const decidedAt = rfc3339(this.#options.nowUs());
      const change = { approver: by, decidedAt, ...(reason === undefined ? undefined : { reason }) };
      const isLast = held.agreed.length + 1 >= held.terms.approvers;
      const { setUp } = this.#options;
      const details = { ...answer.signed?.details, ...(setUp === undefined ? undefined : { setUp }) };
      if (answer.verdict === "deny")
        await this.#change(held, APPROVAL_REFUSED, { ...change, state: "refused" }, by, details);
      else if (!isLast) await this.#change(held, APPROVAL_AGREED, change, by, details);
      else {
        const expiresAt = rfc3339(this.#options.nowUs() + held.terms.validMs * 1000);
        await this.#change(held, APPROVAL_GRANTED, { ...change, expiresAt, state: "granted" }, by, details);
        this.#expireInTime(this.#expect(id));
      }
      const now = this.#expect(id);
      if (now.state !== "requested") this.#waiting.end(id, approvalOf(now));
      return now;
    });
  }

  close(): void {
    this.#waiting.close();
  }

  #handleOf(held: Held): Hold {
    const { expiresAt, id } = held;
    const waitForEnd = () => this.#waitForEnd(id);
    return {
      consume: (asked) => this.#consume(id, asked),
      // Only who waits is remembered.
      get ended() {
        return waitForEnd();
      },
      expiresAt,
      id,
      withdraw: (reason) => this.#withdraw(id, reason),
    };
  }

  #waitForEnd(id: string): Promise<Approval> {
    const held = this.#expect(id);
    return held.state === "requested" ? this.#waiting.wait(id) : Promise.resolve(approvalOf(held));
  }

  /** Once, and for nothing else. */
  #consume(id: string, asked: Asked): Promise<Consent | undefined> {
    return this.#inTurn.of(id, async () => {
      const held = this.#expect(id);
      const isLate = Date.parse(held.expiresAt) * 1000 <= this.#options.nowUs();
      if (held.state !== "granted" || isLate) return undefined;
      if (held.binding !== bindingOf(asked)) {
        await this.#misused(
          held,
          undefined,
          new HoldError("HOLD_CHANGED", "another act, or other circumstances"),
        );
        return undefined;
      }
      await this.#change(held, APPROVAL_CONSUMED, { state: "consumed" }, undefined);
      return { approval: approvalOf(this.#expect(id)), bound: held.bound };
    });
  }

  #withdraw(id: string, reason: string): Promise<void> {
    return this.#inTurn.of(id, async () => {
      const held = this.find(id);
      if (held === undefined || isOver(held)) return;
      await this.#change(held, APPROVAL_WITHDRAWN, { reason, state: "withdrawn" }, undefined);
      this.#waiting.end(id, approvalOf(this.#expect(id)));
    });
  }

  #expireInTime({ expiresAt, id }: Held): void {
    const waitMs = Date.parse(expiresAt) - this.#options.nowUs() / 1000;
    this.#waiting.after(id, waitMs, () => void this.#expire(id).catch(() => {}));
  }

  #expire(id: string): Promise<void> {
    return this.#inTurn.of(id, async () => {
      const held = this.find(id);
      if (held === undefined || isOver(held)) return;
      if (Date.parse(held.expiresAt) * 1000 > this.#options.nowUs()) return this.#expireInTime(held);
      await this.#change(held, APPROVAL_EXPIRED, { state: "expired" }, undefined);
      this.#waiting.end(id, approvalOf(this.#expect(id)));
    });
  }

  async #misused(held: Held, by: Approver | undefined, { code, message }: HoldError): Promise<void> {
    await this.#change(held, APPROVAL_MISUSED, {}, by, { code, why: message });
  }

  async #change(
    held: Held,
    type: string,
    change: Partial<Approval>,
    by: Approver | undefined,
    details: NonNullable<RecordDraft["details"]> = {},
  ): Promise<void> {
    const { nowUs, register } = this.#options;
    const actor =
      by === undefined ? CUSTODY : { human: { assurance: by.assurance, id: by.id, name: by.name } };
    await register.record(changedRecord(held, type, change, { actor, nowUs: nowUs() }, details));
  }

  #expect(id: string): Held {
    const held = this.find(id);
    if (held === undefined)
      throw new HoldError("HOLD_UNKNOWN", `there is no hold ${id}, or it was over long ago`);
    return held;
  }
}

/** Why an answer does not count. */
function whyNot(held: Held, answer: Answer, nowUs: number): HoldError | undefined {
  const { by, refusal, shown, signed, verdict } = answer;
  if (held.state !== "requested")
    return new HoldError("HOLD_OVER", `the hold ${held.id} is ${held.state} already`);
  if (Date.parse(held.expiresAt) * 1000 <= nowUs)
    return new HoldError("HOLD_OVER", `the hold ${held.id} has expired`);
  if (shown !== held.shown)
    return new HoldError("HOLD_CHANGED", "what was looked at is not what is held: look at it again");
  if (refusal !== undefined || verdict === "deny") return refusal;
  if (by.id === held.human)
    return new HoldError("HOLD_NOT_YOURS", "nobody approves what was asked for themselves");
  if (held.agreed.some(({ id }) => id === by.id))
    return new HoldError("HOLD_NOT_YOURS", "you have approved it already; somebody else has to as well");
  if (held.terms.isPasskeyNeeded === true && signed?.kind !== "passkey")
    return new HoldError("HOLD_PASSKEY_NEEDED", "its rule asks for a passkey's signature");
  return undefined;
}
