import { z } from "zod";
import { formatGrant, grantsSchema, isOwner } from "../access/grants.ts";
import type { Principal } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import { digestOf, makeSecret } from "../secrets/one-time-secret.ts";
import { sameName } from "../state/directory.ts";
import type { Invitation } from "../state/identity-state.ts";
import {
  ROLE_CHANGED,
  USER_CREATED,
  USER_INVITED,
  USER_RECOVERY_OPENED,
  USER_REMOVED,
} from "../state/record-types.ts";
import type { BookParts } from "./book-parts.ts";
import type { Fact } from "./drafts.ts";
import { current, demand, demandGift, demandRank, keepAnOwner, personOf } from "./permission.ts";
import { idSchema, nameSchema, readRequest } from "./requests.ts";

/** A link that is told once. */
export interface Invited {
  readonly secret: string;
  readonly expires: string;
}

const OWNER_LINK_MS = 3_600_000;
const LINK_MS = 24 * 3_600_000;

/** Names that could be taken for somebody who is not a person. */
const RESERVED = ["local operator", "custody", "operator", "nobody"];

const addRequest = z.strictObject({ name: nameSchema, roles: grantsSchema });
const userRequest = z.strictObject({ user: idSchema });
const rolesRequest = z.strictObject({ user: idSchema, roles: grantsSchema });

/** Who there is, and which roles they have. */
export class People {
  readonly #parts: BookParts;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** As long as nobody owns this, the operator may let one in. @throws IdentityError NOT_PERMITTED */
  async inviteOwner(by: Principal): Promise<Invited> {
    const principal = this.#current(by, "users.invite-owner");
    if (principal.kind === "operator" && this.#parts.directory.hasOwner)
      throw new IdentityError(
        "NOT_PERMITTED",
        "there is an owner already; ask one for an invitation: custody users add --role owner",
      );
    return this.#invite({ by: principal, name: "an owner", purpose: "owner", ttlMs: OWNER_LINK_MS });
  }

  /** @throws IdentityError NAME_TAKEN, NOT_PERMITTED */
  async add(body: unknown, by: Principal): Promise<Invited & { readonly user: string }> {
    const principal = this.#current(by, "users.change");
    const { name, roles } = readRequest(addRequest, body);
    demandGift(principal, roles, undefined);
    this.checkName(name);
    const { newId, record } = this.#parts;
    const user = newId();
    const texts = roles.map(formatGrant);
    const details = { name, roles: texts, user };
    await record(
      { details, level: "warning", params: { name, roles: texts.join(", ") }, type: USER_CREATED },
      principal,
    );
    return { user, ...(await this.#invite({ by: principal, name, purpose: "join", ttlMs: LINK_MS, user })) };
  }

  /** A link with which somebody sets another password. Until it is used, the one before holds. */
  async resetPassword(body: unknown, by: Principal): Promise<Invited> {
    const principal = this.#current(by, "users.change");
    const person = personOf(this.#parts.directory, readRequest(userRequest, body).user);
    demandRank(principal, person);
    const purpose = person.password === undefined ? "join" : "reset";
    return this.#invite({ by: principal, name: person.name, purpose, ttlMs: LINK_MS, user: person.id });
  }

  /**
   * A way back for an owner who lost their password or second factor, where no other owner can give one: only the machine's
   * own token opens it. Nothing changes until the link is used; that it was made is critical, so that everybody hears of it.
   *
   * @throws IdentityError NOT_PERMITTED, USER_UNKNOWN
   */
  async recoverOwner(body: unknown, by: Principal): Promise<Invited> {
    const principal = this.#current(by, "users.recover-owner");
    const { id, grants, name, password } = personOf(
      this.#parts.directory,
      readRequest(userRequest, body).user,
    );
    if (!isOwner(grants))
      throw new IdentityError(
        "NOT_PERMITTED",
        `${name} is no owner; an owner or admin lets them in again: custody users reset-password`,
      );
    const purpose = password === undefined ? "join" : "reset";
    return this.#invite({ by: principal, isRecovery: true, name, purpose, ttlMs: OWNER_LINK_MS, user: id });
  }

  async changeRoles(body: unknown, by: Principal): Promise<void> {
    const principal = this.#current(by, "users.change");
    const { roles, user } = readRequest(rolesRequest, body);
    const { directory, record } = this.#parts;
    const person = personOf(directory, user);
    demandRank(principal, person);
    demandGift(principal, roles, person);
    keepAnOwner(directory, person, roles);
    const texts = roles.map(formatGrant);
    const before = person.grants.map(formatGrant);
    await record(
      {
        details: { before, name: person.name, roles: texts, user },
        level: "warning",
        params: { name: person.name, roles: texts.join(", ") },
        type: ROLE_CHANGED,
      },
      principal,
    );
  }

  async remove(body: unknown, by: Principal): Promise<void> {
    const principal = this.#current(by, "users.change");
    const { directory, record } = this.#parts;
    const person = personOf(directory, readRequest(userRequest, body).user);
    demandRank(principal, person);
    keepAnOwner(directory, person);
    const { id, name } = person;
    await record(
      { details: { name, user: id }, level: "warning", params: { name }, type: USER_REMOVED },
      principal,
    );
  }

  /** @throws IdentityError NAME_TAKEN */
  checkName(name: string): void {
    if (RESERVED.includes(sameName(name)) || this.#parts.directory.personNamed(name) !== undefined)
      throw new IdentityError("NAME_TAKEN", `${JSON.stringify(name)} is taken; names are not used again`);
  }

  #current(by: Principal, act: "users.change" | "users.invite-owner" | "users.recover-owner"): Principal {
    const { directory, nowMs } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, act);
    return principal;
  }

  async #invite(facts: {
    readonly by: Principal;
    readonly name: string;
    readonly purpose: Invitation["purpose"];
    readonly ttlMs: number;
    readonly user?: string;
    readonly isRecovery?: true;
  }): Promise<Invited> {
    const { newId, nowMs, record, sealer } = this.#parts;
    const { by, isRecovery, name, purpose, ttlMs, user } = facts;
    const secret = makeSecret("cin_");
    const invitation = newId();
    const expires = new Date(nowMs() + ttlMs).toISOString();
    const details = {
      expiresAt: expires,
      invitation,
      purpose,
      sealed: sealer.seal(invitation, { digest: digestOf(secret) }),
      ...(user === undefined ? undefined : { user }),
    };
    const fact: Fact = isRecovery
      ? { details: { ...details, name }, level: "critical", params: { name }, type: USER_RECOVERY_OPENED }
      : { details, level: "warning", params: { name, purpose }, type: USER_INVITED };
    await record(fact, by);
    return { expires, secret };
  }
}
