import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import { sameEmail } from "../state/directory.ts";
import type { Person } from "../state/identity-state.ts";
import { USER_SSO_LINKED, USER_SSO_NAMED } from "../state/record-types.ts";
import type { BookParts } from "./book-parts.ts";
import { selfOf } from "./credentials.ts";
import { current, demand, demandRank, personOf } from "./permission.ts";
import { idSchema, readRequest } from "./requests.ts";

const issuer = z.url().max(500);
/** OpenID Connect Core 1.0, section 2: at most 255 ASCII characters. */
const subject = z.string().regex(/^[\x20-\x7e]{1,255}$/, "1 to 255 ASCII characters");
const email = z.email().max(254);

const nameRequest = z.union(
  [
    z.strictObject({ user: idSchema, email }),
    z.strictObject({ user: idSchema, issuer, subject }),
    /** Nobody at a provider is this person any more. */
    z.strictObject({ user: idSchema }),
  ],
  "an email, or an issuer and a subject, or neither",
);
const knownRequest = z.strictObject({
  issuer,
  subject,
  /** The provider's name here. */
  provider: z.string().min(1).max(100),
  /** Only one that the provider says it has verified. */
  email: z.string().max(254).optional(),
});

/**
 * Who at a provider of OpenID Connect is which person here. Nobody comes in whom nobody has named: what a provider says
 * makes no person and gives no role.
 */
export class SingleSignOn {
  readonly #parts: BookParts;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /**
   * Says as whom a provider knows somebody, in place of whatever was said before. An email holds until its first sign-in;
   * from then on they are known by issuer and subject, since addresses are given to others at times.
   *
   * @throws IdentityError NOT_PERMITTED, SSO_TAKEN, USER_UNKNOWN
   */
  async name(body: unknown, by: Principal): Promise<void> {
    const { directory, nowMs, record } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, "users.change");
    const { user, ...known } = readRequest(nameRequest, body);
    const person = personOf(directory, user);
    demandRank(principal, person);
    this.#demandFree(person, known);
    const { name } = person;
    const as = "email" in known ? known.email : "subject" in known ? known.subject : "nobody";
    await record(
      { details: { ...known, name, user }, level: "warning", params: { as, name }, type: USER_SSO_NAMED },
      principal,
    );
  }

  /**
   * Whom a provider has recognised, as far as the server's process could check.
   *
   * @throws IdentityError USER_UNKNOWN
   */
  async known(body: unknown): Promise<Person> {
    const { email: verified, issuer: from, provider, subject: sub } = readRequest(knownRequest, body);
    const { directory, record } = this.#parts;
    const found = directory.personOfProvider(from, sub, verified);
    if (found === undefined)
      throw new IdentityError("USER_UNKNOWN", "nobody here is known to the provider by this name");
    // Whoever was removed is found as well, and is not let in.
    const person = personOf(directory, found.id);
    if (person.subject !== undefined) return person;
    const { id: user, name } = person;
    const details = { email: verified ?? "", issuer: from, name, provider, subject: sub, user };
    const self: Principal = { ...selfOf(person), assurance: "sso", method: "sso" };
    await record({ details, level: "warning", params: { name, provider }, type: USER_SSO_LINKED }, self);
    return personOf(directory, user);
  }

  #demandFree(
    { id }: Person,
    known: { readonly email?: string; readonly issuer?: string; readonly subject?: string },
  ): void {
    const isTaken = [...this.#parts.directory.state.people.values()].some(
      (other) =>
        other.id !== id &&
        other.removedAt === undefined &&
        (known.email === undefined
          ? known.subject !== undefined &&
            other.subject?.issuer === known.issuer &&
            other.subject?.subject === known.subject
          : other.ssoEmail !== undefined && sameEmail(other.ssoEmail) === sameEmail(known.email)),
    );
    if (isTaken) throw new IdentityError("SSO_TAKEN", "somebody else is named by this already");
  }
}
