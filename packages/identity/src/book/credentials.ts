import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import type { PasswordVerifier } from "../secrets/password.ts";
import { isTotpSecret } from "../secrets/totp.ts";
import type { Person } from "../state/identity-state.ts";
import { USER_CREATED, USER_LOCKED, USER_PASSWORD_SET, USER_TOTP_CHANGED } from "../state/record-types.ts";
import type { BookParts } from "./book-parts.ts";
import type { People } from "./people.ts";
import { current, demand, personOf } from "./permission.ts";
import {
  type EnrolledTotp,
  idSchema,
  nameSchema,
  readRequest,
  totpSchema,
  verifierSchema,
} from "./requests.ts";

const acceptRequest = z.strictObject({
  secret: z.string().min(1).max(200),
  name: nameSchema.optional(),
  password: verifierSchema,
  totp: totpSchema.optional(),
});
/** `seen`: what the password was compared with. Another one may be in force by now. */
const passwordRequest = z.strictObject({ password: verifierSchema, seen: z.string() });
const totpRequest = z.strictObject({ totp: totpSchema.optional(), seen: z.string() });
const lockRequest = z.strictObject({
  user: idSchema,
  untilMs: z.number(),
  attempts: z.number().int().positive(),
});

/** What people prove with that they are who they say. Whoever changes it was looked at by the server's process. */
export class Credentials {
  readonly #parts: BookParts;
  readonly #people: People;

  constructor(parts: BookParts, people: People) {
    this.#parts = parts;
    this.#people = people;
  }

  /** Whoever has the link sets the first password, or another one. Resolves to whose it is. */
  async accept(body: unknown): Promise<Person> {
    const { name, password, secret, totp } = readRequest(acceptRequest, body);
    const { directory, nowMs } = this.#parts;
    const invitation = directory.invitation(secret, nowMs());
    if (invitation === undefined)
      throw new IdentityError(
        "LINK_INVALID",
        "this link was used already, or is too old; ask for another one",
      );
    const { id, purpose, user } = invitation;
    if (purpose === "owner") return this.#createOwner(id, name, password, totp);
    const person = personOf(directory, user ?? "");
    await this.#setPassword(person, password, id, totp, { ...selfOf(person), method: "invitation" });
    return personOf(directory, person.id);
  }

  /** `seen`: what the password before was compared with. It ends every session of the person. */
  async setPassword(body: unknown, by: Principal): Promise<void> {
    const { password, seen } = readRequest(passwordRequest, body);
    const person = this.#own(by, seen);
    await this.#setPassword(person, password, undefined, undefined, by);
  }

  /** Enrols another second factor, or takes it away. */
  async changeTotp(body: unknown, by: Principal): Promise<void> {
    const { seen, totp } = readRequest(totpRequest, body);
    const { id, name } = this.#own(by, seen);
    const details = {
      name,
      totp: totp === undefined ? "removed" : "set",
      user: id,
      ...(totp === undefined ? undefined : { sealed: this.#sealTotp(id, totp), totpStep: totp.step }),
    };
    const params = { name, what: totp === undefined ? "removed" : "enrolled" };
    await this.#parts.record({ details, level: "warning", params, type: USER_TOTP_CHANGED }, by);
  }

  /** After too many wrong passwords. It is the server's process that counts. */
  async lock(body: unknown, by: Principal): Promise<void> {
    const { attempts, untilMs, user } = readRequest(lockRequest, body);
    const { name } = personOf(this.#parts.directory, user);
    const until = new Date(untilMs).toISOString();
    const details = { attempts, name, until, user };
    await this.#parts.record(
      { details, level: "error", params: { attempts, name, until }, type: USER_LOCKED },
      by,
    );
  }

  async #createOwner(
    invitation: string,
    name: string | undefined,
    password: PasswordVerifier,
    totp: EnrolledTotp | undefined,
  ): Promise<Person> {
    if (name === undefined) throw new IdentityError("REQUEST_INVALID", "name: how you are called");
    this.#people.checkName(name);
    const { directory, newId, record, sealer } = this.#parts;
    const user = newId();
    if (totp !== undefined) checkTotp(totp);
    const details = {
      invitation,
      name,
      password: true,
      roles: ["owner"],
      sealed: sealer.seal(user, { password, ...(totp && { totp: totp.secret }) }),
      user,
      ...(totp === undefined ? undefined : { totp: true, totpStep: totp.step }),
    };
    const self = { ...selfOf({ grants: [], id: user, name }), method: "invitation" } as const;
    await record({ details, level: "warning", params: { name, roles: "owner" }, type: USER_CREATED }, self);
    return personOf(directory, user);
  }

  async #setPassword(
    { id, name }: Person,
    password: PasswordVerifier,
    invitation: string | undefined,
    totp: EnrolledTotp | undefined,
    by: Principal,
  ): Promise<void> {
    const { record, sealer } = this.#parts;
    if (totp !== undefined) checkTotp(totp);
    // A link is what somebody gets who has lost everything: the second factor goes, unless it is enrolled anew.
    const state = totp !== undefined ? "set" : invitation === undefined ? "kept" : "removed";
    const details = {
      name,
      sealed: sealer.seal(id, { password, ...(totp && { totp: totp.secret }) }),
      totp: state,
      user: id,
      ...(invitation === undefined ? undefined : { invitation }),
      ...(totp === undefined ? undefined : { totpStep: totp.step }),
    };
    await record({ details, level: "warning", params: { name }, type: USER_PASSWORD_SET }, by);
  }

  #sealTotp(user: string, totp: EnrolledTotp): string {
    checkTotp(totp);
    return this.#parts.sealer.seal(user, { totp: totp.secret });
  }

  #own(by: Principal, seen: string): Person {
    const { directory, nowMs } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, "me.change");
    const person = personOf(directory, principal.id);
    if (person.password !== seen)
      throw new IdentityError("PASSWORD_CHANGED", "the password was changed meanwhile; try again");
    return person;
  }
}

function checkTotp({ secret }: EnrolledTotp): void {
  if (!isTotpSecret(secret))
    throw new IdentityError("REQUEST_INVALID", "totp.secret: take the one that was offered");
}

/** Somebody who acts for themselves. */
export function selfOf({ grants, id, name }: Pick<Person, "grants" | "id" | "name">): Principal {
  return { assurance: "password", grants, id, kind: "person", method: "password", name };
}
