import type { AuditRecord } from "@custody/domain";
import { PASSKEY_ALGORITHMS } from "@custody/signatures";
import { z } from "zod";
import { parseGrant } from "../access/grants.ts";
import { MACHINE_KINDS, METHODS } from "../access/principal.ts";
import type { IdentityState, Person, PersonKey } from "./identity-state.ts";
import {
  ROLE_CHANGED,
  TOKEN_CREATED,
  TOKEN_REVOKED,
  USER_CREATED,
  USER_INVITED,
  USER_KEY_CONFIRMED,
  USER_KEY_ENROLLED,
  USER_KEY_REMOVED,
  USER_LOCKED,
  USER_PASSWORD_SET,
  USER_RECOVERY_OPENED,
  USER_REMOVED,
  USER_SIGNED_IN,
  USER_SIGNED_OUT,
  USER_SSO_LINKED,
  USER_SSO_NAMED,
  USER_TOTP_CHANGED,
} from "./record-types.ts";

/** What of a record the state is made of. */
export interface IdentityRecord extends Pick<AuditRecord, "details" | "time" | "type"> {
  /** Where it stands in the ledger. */
  readonly index?: number;
}

type Details = NonNullable<AuditRecord["details"]>;
/** When and where something came on record. */
interface At {
  readonly time: string;
  readonly index: number;
}

type Apply = (state: IdentityState, details: Details, at: At) => IdentityState;

const text = z.string().min(1);
const roles = z.array(z.string()).transform((texts) => texts.map(parseGrant));
const method = z.enum(METHODS);
const assurance = z.enum(["token", "password", "sso", "passkey"]);

const invited = z.object({
  invitation: text,
  purpose: z.enum(["owner", "join", "reset"]),
  user: text.exactOptional(),
  expiresAt: text,
  sealed: text,
});
const created = z.object({
  user: text,
  name: text,
  roles,
  invitation: text.optional(),
  password: z.boolean().default(false),
  totp: z.boolean().default(false),
  totpStep: z.number().optional(),
  sealed: text.optional(),
  issuer: text.optional(),
  subject: text.optional(),
});
const secretSet = z.object({
  user: text,
  invitation: text.optional(),
  totp: z.enum(["set", "removed", "kept"]).default("kept"),
  totpStep: z.number().optional(),
  sealed: text.optional(),
});
const signedIn = z.object({
  user: text,
  session: text,
  method,
  assurance,
  totpStep: z.number().optional(),
  key: text.optional(),
  counter: z.number().optional(),
  backedUp: z.boolean().optional(),
  expiresAt: text,
  sealed: text,
});
const token = z.object({
  token: text,
  name: text,
  kind: z.enum(["person", ...MACHINE_KINDS]),
  user: text,
  roles: roles.optional(),
  method,
  assurance,
  totpStep: z.number().optional(),
  expiresAt: text,
  sealed: text,
});

const key = { user: text, key: text };
const keyEnrolled = z.discriminatedUnion("kind", [
  z.object({
    ...key,
    kind: z.literal("passkey"),
    label: text,
    publicKey: text,
    algorithm: z.enum(PASSKEY_ALGORITHMS),
    credential: text,
    rpId: text,
    origin: text,
    counter: z.number(),
    backupEligible: z.boolean(),
    backedUp: z.boolean(),
  }),
  z.object({ ...key, kind: z.literal("ssh-key"), label: text, publicKey: text }),
]);
const ssoNamed = z.object({
  user: text,
  email: text.optional(),
  issuer: text.optional(),
  subject: text.optional(),
});
const ssoLinked = z.object({ user: text, issuer: text, subject: text });
const keyConfirmed = z.object({ ...key, by: text });

/** A record that this version cannot read, or that is about nobody, changes nothing: it lets nobody in. */
/** A link was made. A newer one for the same takes the place of the one before. */
const withLink: Apply = applied(invited, (state, { invitation: id, ...rest }, { time }) => ({
  ...state,
  invitations: withOne(
    filtered(state.invitations, (each) => {
      const isSame = each.purpose === rest.purpose && each.user === rest.user;
      return !isSame && each.expiresAt > time;
    }),
    { id, ...rest },
  ),
}));

const reducers: Readonly<Record<string, Apply>> = {
  [USER_INVITED]: withLink,
  [USER_RECOVERY_OPENED]: withLink,
  [USER_CREATED]: applied(created, (state, details, { time }) => {
    const { invitation, name, password, roles: grants, sealed, totp, totpStep, user: id } = details;
    const { issuer, subject } = details;
    const person: Person = {
      createdAt: time,
      grants,
      id,
      name,
      ...(sealed !== undefined && password && { password: sealed }),
      ...(sealed !== undefined && totp && { totp: sealed }),
      ...(totpStep !== undefined && { totpStep }),
      ...(issuer !== undefined && subject !== undefined && { subject: { issuer, subject } }),
    };
    return { ...used(state, invitation), people: withOne(state.people, person) };
  }),
  [USER_PASSWORD_SET]: applied(secretSet, (state, details) => {
    const { invitation, sealed, user } = details;
    if (sealed === undefined) return state;
    const changed = changePerson(state, user, (person) => {
      const { lockedUntil: _, ...rest } = withTotp(person, details);
      return { ...rest, password: sealed };
    });
    return signedOutEverywhere(used(changed, invitation), user);
  }),
  [USER_TOTP_CHANGED]: applied(secretSet, (state, details) =>
    changePerson(state, details.user, (person) => withTotp(person, details)),
  ),
  [USER_SIGNED_IN]: applied(signedIn, (state, details, { time }) => {
    const { backedUp, counter, key: keyId, session: id, totpStep, ...rest } = details;
    const sessions = filtered(state.sessions, ({ expiresAt }) => expiresAt > time);
    const changed = changePerson(state, rest.user, (person) =>
      usedKey(usedStep(person, totpStep), keyId, { counter, isBackedUp: backedUp }),
    );
    return { ...changed, sessions: withOne(sessions, { id, startedAt: time, ...rest }) };
  }),
  [USER_SIGNED_OUT]: applied(z.object({ session: text }), (state, { session }) => ({
    ...state,
    sessions: without(state.sessions, session),
  })),
  [USER_LOCKED]: applied(z.object({ user: text, until: text }), (state, { until, user }) =>
    changePerson(state, user, (person) => ({ ...person, lockedUntil: until })),
  ),
  [USER_REMOVED]: applied(z.object({ user: text }), (state, { user }, { time }) => {
    const ended = signedOutEverywhere(state, user);
    return {
      ...changePerson(ended, user, ({ createdAt, id, name, subject }) => ({
        createdAt,
        grants: [],
        id,
        name,
        removedAt: time,
        // Whoever was removed does not come in again as somebody new.
        ...(subject !== undefined && { subject }),
      })),
      invitations: filtered(ended.invitations, (each) => each.user !== user),
      tokens: filtered(ended.tokens, (each) => each.user !== user),
    };
  }),
  [USER_KEY_ENROLLED]: applied(keyEnrolled, (state, { user, ...details }, at) =>
    changePerson(state, user, (person) => ({
      ...person,
      keys: [...(person.keys ?? []), keyOf(details, at)],
    })),
  ),
  [USER_KEY_CONFIRMED]: applied(keyConfirmed, (state, { by, key: id, user }, { index }) =>
    changeKeys(state, user, (keys) =>
      keys.map((each) => (each.id === id ? { ...each, confirmation: { by, record: index } } : each)),
    ),
  ),
  [USER_KEY_REMOVED]: applied(z.object(key), (state, { key: id, user }) =>
    changeKeys(state, user, (keys) => keys.filter((each) => each.id !== id)),
  ),
  // Whoever came in as somebody else at the provider is out.
  [USER_SSO_NAMED]: applied(ssoNamed, (state, { email, issuer, subject, user }) =>
    changePerson(signedOutEverywhere(state, user), user, ({ ssoEmail: _, subject: __, ...person }) => ({
      ...person,
      ...(email !== undefined && { ssoEmail: email }),
      ...(issuer !== undefined && subject !== undefined && { subject: { issuer, subject } }),
    })),
  ),
  [USER_SSO_LINKED]: applied(ssoLinked, (state, { issuer, subject, user }) =>
    changePerson(state, user, ({ ssoEmail: _, ...person }) => ({ ...person, subject: { issuer, subject } })),
  ),
  [ROLE_CHANGED]: applied(z.object({ user: text, roles }), (state, { roles: grants, user }) =>
    changePerson(state, user, (person) => ({ ...person, grants })),
  ),
  [TOKEN_CREATED]: applied(token, (state, { roles: grants, token: id, totpStep, ...rest }, { time }) => {
    const tokens = filtered(state.tokens, ({ expiresAt }) => expiresAt > time);
    const changed = changePerson(state, rest.user, (person) => usedStep(person, totpStep));
    const made = { createdAt: time, id, ...rest, ...(grants !== undefined && { grants }) };
    return { ...changed, tokens: withOne(tokens, made) };
  }),
  [TOKEN_REVOKED]: applied(z.object({ token: text }), (state, { token: id }) => ({
    ...state,
    tokens: without(state.tokens, id),
  })),
};

/** What a record changes about who there is. Pure: the same records make the same state, in any process. */
export function applyIdentityRecord(
  state: IdentityState,
  { details = {}, index = -1, time, type }: IdentityRecord,
): IdentityState {
  return Object.hasOwn(reducers, type) ? (reducers[type] as Apply)(state, details, { index, time }) : state;
}

function applied<Shape>(
  schema: z.ZodType<Shape>,
  change: (state: IdentityState, details: Shape, at: At) => IdentityState,
): Apply {
  return (state, details, at) => {
    try {
      return change(state, schema.parse(details), at);
    } catch {
      return state;
    }
  };
}

function changePerson(state: IdentityState, id: string, change: (person: Person) => Person): IdentityState {
  const person = state.people.get(id);
  if (person === undefined || person.removedAt !== undefined) return state;
  return { ...state, people: withOne(state.people, change(person)) };
}

function keyOf(
  { key: id, ...details }: DistributiveOmit<z.infer<typeof keyEnrolled>, "user">,
  { index: enrolment, time: enrolledAt }: At,
): PersonKey {
  const at = { enrolledAt, enrolment, id };
  if (details.kind === "ssh-key") return { ...details, ...at };
  const { backedUp: isBackedUp, backupEligible: isBackupEligible, ...rest } = details;
  return { ...rest, ...at, isBackedUp, isBackupEligible };
}

function changeKeys(
  state: IdentityState,
  user: string,
  change: (keys: readonly PersonKey[]) => readonly PersonKey[],
): IdentityState {
  return changePerson(state, user, (person) => ({ ...person, keys: change(person.keys ?? []) }));
}

function usedKey(
  person: Person,
  id: string | undefined,
  {
    counter = 0,
    isBackedUp = false,
  }: { readonly counter?: number | undefined; readonly isBackedUp?: boolean | undefined },
): Person {
  if (id === undefined) return person;
  const keys = (person.keys ?? []).map((each) =>
    each.id === id && each.kind === "passkey"
      ? { ...each, counter: Math.max(counter, each.counter), isBackedUp }
      : each,
  );
  return { ...person, keys };
}

function withTotp(person: Person, details: z.infer<typeof secretSet>): Person {
  const { totp: was, totpStep: step, ...rest } = person;
  if (details.totp === "removed") return rest;
  if (details.totp === "set" && details.sealed !== undefined)
    return {
      ...rest,
      totp: details.sealed,
      ...(details.totpStep !== undefined && { totpStep: details.totpStep }),
    };
  return usedStep(
    { ...rest, ...(was !== undefined && { totp: was }), ...(step !== undefined && { totpStep: step }) },
    details.totpStep,
  );
}

function usedStep(person: Person, totpStep: number | undefined): Person {
  return totpStep === undefined ? person : { ...person, totpStep };
}

function used(state: IdentityState, invitation: string | undefined): IdentityState {
  if (invitation === undefined) return state;
  return { ...state, invitations: without(state.invitations, invitation) };
}

/** Of programs' tokens only the person's removal is the end. */
function signedOutEverywhere(state: IdentityState, user: string): IdentityState {
  return {
    ...state,
    sessions: filtered(state.sessions, (session) => session.user !== user),
    tokens: filtered(state.tokens, (each) => each.user !== user || each.kind !== "person"),
  };
}

type DistributiveOmit<Shape, Key extends PropertyKey> = Shape extends unknown ? Omit<Shape, Key> : never;

type Kept = { readonly id: string };

function withOne<Value extends Kept>(map: ReadonlyMap<string, Value>, value: Value): Map<string, Value> {
  return new Map(map).set(value.id, value);
}

function without<Value>(map: ReadonlyMap<string, Value>, id: string): Map<string, Value> {
  const rest = new Map(map);
  rest.delete(id);
  return rest;
}

function filtered<Value>(
  map: ReadonlyMap<string, Value>,
  isKept: (value: Value) => boolean,
): Map<string, Value> {
  return new Map([...map].filter(([, value]) => isKept(value)));
}
