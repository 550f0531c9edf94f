import type { Principal } from "../access/principal.ts";
import type { Sealer } from "../secrets/sealer.ts";
import type { Directory } from "../state/directory.ts";
import type { BookOptions, BookParts } from "./book-parts.ts";
import { Credentials } from "./credentials.ts";
import { identityDraft } from "./drafts.ts";
import { type EnrolledKey, Keys } from "./keys.ts";
import { type Invited, People } from "./people.ts";
import { current, demand, personOf } from "./permission.ts";
import { type SignedIn, SignIns } from "./sign-ins.ts";
import { SingleSignOn } from "./single-sign-on.ts";
import { type CreatedToken, Tokens } from "./tokens.ts";

/**
 * Writes who there is and what they may do: the one writer, in the process that records. Each act is judged by what is
 * in force when its turn comes, recorded, and only then in force itself; so of two that exclude each other, one is refused.
 */
export class IdentityBook {
  readonly directory: Directory;
  readonly sealer: Sealer;
  readonly #people: People;
  readonly #credentials: Credentials;
  readonly #keys: Keys;
  readonly #signIns: SignIns;
  readonly #singleSignOn: SingleSignOn;
  readonly #tokens: Tokens;
  readonly #nowMs: () => number;
  #line: Promise<unknown> = Promise.resolve();

  constructor({ directory, newId, nowUs, onRecord, recordOne, sealer }: BookOptions) {
    this.directory = directory;
    this.sealer = sealer;
    this.#nowMs = () => nowUs() / 1000;
    const parts: BookParts = {
      directory,
      newId,
      nowMs: this.#nowMs,
      record: async (fact, by) => {
        const draft = identityDraft(fact, by, { action: newId(), nowUs: nowUs() });
        const { details = {}, time, type } = draft;
        const known = { details, index: await recordOne(draft), time, type };
        directory.apply(known);
        onRecord(known);
      },
      sealer,
    };
    this.#people = new People(parts);
    this.#credentials = new Credentials(parts, this.#people);
    this.#keys = new Keys(parts);
    this.#signIns = new SignIns(parts);
    this.#singleSignOn = new SingleSignOn(parts);
    this.#tokens = new Tokens(parts);
  }

  /** @throws IdentityError NOT_PERMITTED, USER_UNKNOWN */
  recoverOwner(body: unknown, by: Principal): Promise<Invited> {
    return this.#inLine(() => this.#people.recoverOwner(body, by));
  }

  inviteOwner(by: Principal): Promise<Invited> {
    return this.#inLine(() => this.#people.inviteOwner(by));
  }

  addUser(body: unknown, by: Principal): Promise<Invited & { readonly user: string }> {
    return this.#inLine(() => this.#people.add(body, by));
  }

  resetPassword(body: unknown, by: Principal): Promise<Invited> {
    return this.#inLine(() => this.#people.resetPassword(body, by));
  }

  changeRoles(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#people.changeRoles(body, by));
  }

  removeUser(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#people.remove(body, by));
  }

  /** Sets the password that a link is for, and signs in. */
  accept(body: unknown): Promise<SignedIn> {
    return this.#inLine(async () => {
      const person = await this.#credentials.accept(body);
      return this.#signIns.start(person, "invitation", false);
    });
  }

  setPassword(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#credentials.setPassword(body, by));
  }

  changeTotp(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#credentials.changeTotp(body, by));
  }

  lock(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#credentials.lock(body, by));
  }

  signIn(body: unknown): Promise<SignedIn> {
    return this.#inLine(() => this.#signIns.signIn(body));
  }

  signInWithPasskey(body: unknown): Promise<SignedIn> {
    return this.#inLine(() => this.#signIns.signInWithPasskey(body));
  }

  /** Says as whom a provider of OpenID Connect knows somebody. */
  nameSso(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#singleSignOn.name(body, by));
  }

  /** Somebody whom a provider of OpenID Connect knows, and whom somebody has named. */
  signInWithSso(body: unknown): Promise<SignedIn> {
    return this.#inLine(async () => {
      const person = await this.#singleSignOn.known(body);
      return this.#signIns.start(person, "sso", false);
    });
  }

  enrolKey(body: unknown, by: Principal): Promise<EnrolledKey> {
    return this.#inLine(() => this.#keys.enrol(body, by));
  }

  confirmKey(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#keys.confirm(body, by));
  }

  removeKey(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#keys.remove(body, by));
  }

  signOut(by: Principal): Promise<void> {
    return this.#inLine(() => this.#signIns.signOut(by));
  }

  endSession(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#signIns.end(body, by));
  }

  /** A token for the command line of whoever confirmed it. */
  confirmDevice(by: Principal): Promise<SignedIn> {
    return this.#inLine(() => {
      const principal = current(this.directory, by, this.#nowMs());
      demand(principal, "tokens.own");
      return this.#signIns.start(personOf(this.directory, principal.id), "device", true);
    });
  }

  createToken(body: unknown, by: Principal): Promise<CreatedToken> {
    return this.#inLine(() => this.#tokens.create(body, by));
  }

  revokeToken(body: unknown, by: Principal): Promise<void> {
    return this.#inLine(() => this.#tokens.revoke(body, by));
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.#line;
  }

  #inLine<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = this.#line.then(act);
    this.#line = done.catch(() => {});
    return done;
  }
}
