import type { PasskeyAlgorithm } from "@custody/signatures";
import type { Grant } from "../access/grants.ts";
import type { Assurance, MachineKind, Method } from "../access/principal.ts";

interface EnrolledKey {
  readonly id: string;
  /** What its person calls it. */
  readonly label: string;
  readonly publicKey: string;
  readonly enrolledAt: string;
  /** Where the record of its enrolment stands in the ledger. */
  readonly enrolment: number;
  /** Who else said that it is this person's, and where that stands. */
  readonly confirmation?: { readonly by: string; readonly record: number };
}

/** `publicKey` is SubjectPublicKeyInfo in base64. */
export interface Passkey extends EnrolledKey {
  readonly kind: "passkey";
  readonly algorithm: PasskeyAlgorithm;
  readonly credential: string;
  /** The website that it was made for, which it signs for and no other. */
  readonly rpId: string;
  readonly origin: string;
  /** The highest that the authenticator has shown at a sign-in. */
  readonly counter: number;
  /** Whether it may leave its authenticator: never changes. */
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
}

/** `publicKey` is in base64 as it stands in a .pub file. */
export interface SshKey extends EnrolledKey {
  readonly kind: "ssh-key";
}

export type PersonKey = Passkey | SshKey;

/** `sealed` is what `Sealer` made; times are RFC 3339. */
export interface Person {
  readonly id: string;
  /** Never changed, and never given to anybody else. */
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly createdAt: string;
  /** Of the password; nobody signs in before there is one. */
  readonly password?: string;
  /** Of the second factor. */
  readonly totp?: string;
  /** The newest step of the second factor that was used; see RFC 6238, section 5.2. */
  readonly totpStep?: number;
  readonly lockedUntil?: string;
  /** Passkeys and SSH keys. */
  readonly keys?: readonly PersonKey[];
  /** The email by which a provider of OpenID Connect will know them at their first sign-in, and only then. */
  readonly ssoEmail?: string;
  /** As whom a provider of OpenID Connect knows them. */
  readonly subject?: { readonly issuer: string; readonly subject: string };
  readonly removedAt?: string;
}

/** A link that somebody sets a password with, once. */
export interface Invitation {
  readonly id: string;
  /** `owner`: it makes the first owner. `join`: somebody's first password. `reset`: another one. */
  readonly purpose: "owner" | "join" | "reset";
  readonly user?: string;
  readonly expiresAt: string;
  readonly sealed: string;
}

/** A browser that somebody signed in with. */
export interface BrowserSession {
  readonly id: string;
  readonly user: string;
  readonly method: Method;
  readonly assurance: Assurance;
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly sealed: string;
}

export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly kind: "person" | MachineKind;
  /** Whose it is: it ends with them. */
  readonly user: string;
  /** Undefined: whatever the person has. */
  readonly grants?: readonly Grant[];
  readonly method: Method;
  readonly assurance: Assurance;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly sealed: string;
}

/** Everybody and everything that may come in, as the records say. */
export interface IdentityState {
  readonly people: ReadonlyMap<string, Person>;
  readonly invitations: ReadonlyMap<string, Invitation>;
  readonly sessions: ReadonlyMap<string, BrowserSession>;
  readonly tokens: ReadonlyMap<string, AccessToken>;
}

export const NOBODY_YET: IdentityState = {
  invitations: new Map(),
  people: new Map(),
  sessions: new Map(),
  tokens: new Map(),
};

/** The same as plain JSON: for a file, or another process. */
export interface IdentitySnapshot {
  readonly people: readonly Person[];
  readonly invitations: readonly Invitation[];
  readonly sessions: readonly BrowserSession[];
  readonly tokens: readonly AccessToken[];
}

export function snapshotOf(state: IdentityState): IdentitySnapshot {
  return {
    invitations: [...state.invitations.values()],
    people: [...state.people.values()],
    sessions: [...state.sessions.values()],
    tokens: [...state.tokens.values()],
  };
}

export function stateOf(snapshot: IdentitySnapshot): IdentityState {
  return {
    invitations: byId(snapshot.invitations),
    people: byId(snapshot.people),
    sessions: byId(snapshot.sessions),
    tokens: byId(snapshot.tokens),
  };
}

function byId<Value extends { readonly id: string }>(values: readonly Value[]): ReadonlyMap<string, Value> {
  return new Map(values.map((value) => [value.id, value]));
}
