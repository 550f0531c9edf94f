import { type Grant, isOwner, isWithin } from "../access/grants.ts";
import type { Principal } from "../access/principal.ts";
import { digestOf } from "../secrets/one-time-secret.ts";
import type { Sealer, Secrets } from "../secrets/sealer.ts";
import { applyIdentityRecord, type IdentityRecord } from "./apply-record.ts";
import {
  type AccessToken,
  type BrowserSession,
  type IdentityState,
  type Invitation,
  NOBODY_YET,
  type Person,
} from "./identity-state.ts";

/** A session that nobody uses for so long is over. */
export const IDLE_MS: number = 12 * 3_600_000;

/** Who there is, with what it takes to know them again. */
export class Directory {
  readonly #sealer: Sealer;
  #state: IdentityState;
  /** By the digest of its secret: what a session, token or invitation is called. */
  #byDigest = new Map<string, string>();
  /** By what is sealed. */
  #digests: ReadonlyMap<string, string> = new Map();
  /** When a session was used last, in ms; one that is not here, when it began. */
  readonly #usedMs = new Map<string, number>();
  readonly #counters = new Map<string, number>();

  constructor(sealer: Sealer, state: IdentityState = NOBODY_YET) {
    this.#sealer = sealer;
    this.#state = state;
    this.#index();
  }

  /** The highest that an authenticator has shown since this process began. */
  seenCounter(key: string): number {
    return this.#counters.get(key) ?? 0;
  }

  noteCounter(key: string, counter: number): void {
    this.#counters.set(key, Math.max(counter, this.seenCounter(key)));
  }

  get state(): IdentityState {
    return this.#state;
  }

  /** In place of all that was known before. */
  replace(state: IdentityState): void {
    this.#state = state;
    this.#index();
  }

  apply(record: IdentityRecord): void {
    const before = this.#state;
    this.#state = applyIdentityRecord(before, record);
    const { invitations, sessions, tokens } = this.#state;
    if (invitations !== before.invitations || sessions !== before.sessions || tokens !== before.tokens)
      this.#index();
  }

  /** Names are told apart as people do: without regard to capitals. */
  personNamed(name: string): Person | undefined {
    const wanted = sameName(name);
    return [...this.#state.people.values()].find((person) => sameName(person.name) === wanted);
  }

  person(id: string): Person | undefined {
    const person = this.#state.people.get(id);
    return person?.removedAt === undefined ? person : undefined;
  }

  /**
   * Whom a provider of OpenID Connect knows by this subject; else who waits for their first sign-in with an email that the
   * provider has verified. Who was removed is found as well, unless somebody else was named by the same: they are not to
   * come in as somebody new.
   */
  personOfProvider(issuer: string, subject: string, email?: string): Person | undefined {
    const people = [...this.#state.people.values()];
    const known = people.filter(
      (person) => person.subject?.issuer === issuer && person.subject.subject === subject,
    );
    const found = known.find(({ removedAt }) => removedAt === undefined) ?? known[0];
    if (found !== undefined || email === undefined) return found;
    return people.find(({ ssoEmail }) => ssoEmail !== undefined && sameEmail(ssoEmail) === sameEmail(email));
  }

  /** Whose passkey it is. */
  personOfCredential(credential: string): Person | undefined {
    return [...this.#state.people.values()].find((person) =>
      person.keys?.some((key) => key.kind === "passkey" && key.credential === credential),
    );
  }

  /** Whether somebody may make owners, and can come in to do it. */
  get hasOwner(): boolean {
    return this.owners.length > 0;
  }

  get owners(): readonly Person[] {
    return [...this.#state.people.values()].filter(
      ({ grants, password, removedAt }) =>
        removedAt === undefined && password !== undefined && isOwner(grants),
    );
  }

  /** @throws IdentityError SEAL_BROKEN */
  secretsOf({ id, sealed }: { readonly id: string; readonly sealed: string }): Secrets {
    return this.#sealer.open(id, sealed);
  }

  invitation(secret: string, nowMs: number): Invitation | undefined {
    const found = this.#state.invitations.get(this.#byDigest.get(digestOf(secret)) ?? "");
    return found !== undefined && isOver(found.expiresAt, nowMs) ? undefined : found;
  }

  /** Who shows a token; undefined when it is over, or never was one. */
  principalOfToken(secret: string, nowMs: number): Principal | undefined {
    const token = this.#state.tokens.get(this.#byDigest.get(digestOf(secret)) ?? "");
    const person = token === undefined ? undefined : this.person(token.user);
    if (token === undefined || person === undefined || isOver(token.expiresAt, nowMs)) return undefined;
    const { assurance, expiresAt, id, kind, method, name } = token;
    return {
      assurance,
      expiresAt,
      grants: grantsOfToken(token, person),
      id: person.id,
      kind,
      method,
      name: person.name,
      token: { id, name },
    };
  }

  /** Who shows a browser's session, and that it is used. */
  principalOfSession(secret: string, nowMs: number): Principal | undefined {
    const session = this.#state.sessions.get(this.#byDigest.get(digestOf(secret)) ?? "");
    const person = session === undefined ? undefined : this.person(session.user);
    if (session === undefined || person === undefined || this.#isIdle(session, nowMs)) return undefined;
    this.#usedMs.set(session.id, nowMs);
    const { assurance, expiresAt, id, method } = session;
    const { grants, name } = person;
    return { assurance, expiresAt, grants, id: person.id, kind: "person", method, name, session: id };
  }

  /** The browsers that somebody is signed in with, oldest first, and when each was used last. */
  sessionsOf(user: string, nowMs: number): (BrowserSession & { readonly usedMs: number })[] {
    return [...this.#state.sessions.values()]
      .filter((session) => session.user === user && !this.#isIdle(session, nowMs))
      .map((session) => ({ ...session, usedMs: this.#usedOf(session) }));
  }

  /** Whether the way by which somebody came in still is one. What it may be used for can be less by now. */
  current(principal: Principal, nowMs: number): Principal | undefined {
    const { session, token } = principal;
    if (session === undefined && token === undefined) return principal;
    const found =
      token === undefined ? this.#state.sessions.get(session as string) : this.#state.tokens.get(token.id);
    const person = found === undefined ? undefined : this.person(found.user);
    if (found === undefined || person === undefined || isOver(found.expiresAt, nowMs)) return undefined;
    return { ...principal, grants: "kind" in found ? grantsOfToken(found, person) : person.grants };
  }

  /** When a session was used last, for whoever keeps it over a restart. */
  usedMs(session: string): number | undefined {
    return this.#usedMs.get(session);
  }

  noteUse(session: string, atMs: number): void {
    if (this.#state.sessions.has(session))
      this.#usedMs.set(session, Math.max(atMs, this.#usedMs.get(session) ?? 0));
  }

  #isIdle(session: BrowserSession, nowMs: number): boolean {
    return isOver(session.expiresAt, nowMs) || nowMs - this.#usedOf(session) > IDLE_MS;
  }

  #usedOf({ id, startedAt }: BrowserSession): number {
    return this.#usedMs.get(id) ?? Date.parse(startedAt);
  }

  /** What is sealed is opened once: there may be many, and this is done again with every sign-in. */
  #index(): void {
    const { invitations, sessions, tokens } = this.#state;
    const digests = new Map<string, string>();
    this.#byDigest = new Map();
    for (const each of [...invitations.values(), ...sessions.values(), ...tokens.values()]) {
      const digest = this.#digests.get(each.sealed) ?? this.#digestOf(each);
      if (digest === undefined) continue;
      digests.set(each.sealed, digest);
      this.#byDigest.set(digest, each.id);
    }
    this.#digests = digests;
    for (const id of this.#usedMs.keys()) if (!sessions.has(id)) this.#usedMs.delete(id);
  }

  /** A record of another key lets nobody in. */
  #digestOf(each: { readonly id: string; readonly sealed: string }): string | undefined {
    try {
      return this.secretsOf(each).digest;
    } catch {
      return undefined;
    }
  }
}

/** A token never has more than its person has now. */
function grantsOfToken({ grants }: AccessToken, person: Person): readonly Grant[] {
  return grants === undefined ? person.grants : grants.filter((grant) => isWithin(grant, person.grants));
}

function isOver(expiresAt: string, nowMs: number): boolean {
  return !(Date.parse(expiresAt) > nowMs);
}

export function sameName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/**
 * Of ASCII letters only: other capitals have small ones among these (the sign for kelvin is a k), so that somebody else's
 * address would be the same.
 */
export function sameEmail(email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
