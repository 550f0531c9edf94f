import { z } from "zod";
import type { Assurance, Method, Principal } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import { checkCounter, keyOf } from "../keys/key-of.ts";
import { digestOf, makeSecret } from "../secrets/one-time-secret.ts";
import type { Person } from "../state/identity-state.ts";
import { TOKEN_CREATED, USER_SIGNED_IN, USER_SIGNED_OUT } from "../state/record-types.ts";
import type { BookParts } from "./book-parts.ts";
import { selfOf } from "./credentials.ts";
import type { Fact } from "./drafts.ts";
import { current, demand, personOf } from "./permission.ts";
import { idSchema, readRequest, stepSchema } from "./requests.ts";

export interface SignedIn {
  /** Of the session, or of the token. */
  readonly id: string;
  /** Told once: for a browser, what its cookie and its page have, joined by a dot. */
  readonly secret: string;
  readonly expires: string;
}

const SESSION_MS = 7 * 24 * 3_600_000;
const COMMAND_LINE_MS = 12 * 3_600_000;

const signInRequest = z.strictObject({
  user: idSchema,
  /** What the password was compared with: another one may be in force by now. */
  seen: z.string(),
  step: stepSchema.optional(),
  /** A token instead of a browser's session, for a command line. */
  isToken: z.boolean().default(false),
});

const passkeyRequest = z.strictObject({
  user: idSchema,
  key: idSchema,
  counter: z.number().int().nonnegative(),
  isBackedUp: z.boolean(),
});

const endRequest = z.strictObject({ session: idSchema });

/** How sure each way in is, where it is more or less than a password. */
const ASSURANCES: Partial<Record<Method, Assurance>> = { device: "token", passkey: "passkey", sso: "sso" };

/** Lets in whom the server's process has recognised, as far as that still holds. */
export class SignIns {
  readonly #parts: BookParts;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** @throws IdentityError USER_UNKNOWN, USER_LOCKED, PASSWORD_CHANGED, CODE_WRONG */
  async signIn(body: unknown): Promise<SignedIn> {
    const { isToken, seen, step, user } = readRequest(signInRequest, body);
    const person = personOf(this.#parts.directory, user);
    this.#check(person, seen, step);
    const method = step === undefined ? "password" : "password and code";
    return this.start(person, method, isToken, step);
  }

  /**
   * Somebody whose passkey the server's process has heard. An authenticator that counts and shows a number that it has
   * shown already is a copy of the one that was enrolled.
   *
   * @throws IdentityError USER_UNKNOWN, KEY_UNKNOWN, SIGNATURE_REFUSED
   */
  async signInWithPasskey(body: unknown): Promise<SignedIn> {
    const { counter, isBackedUp: backedUp, key: id, user } = readRequest(passkeyRequest, body);
    const person = personOf(this.#parts.directory, user);
    const key = keyOf(person, id);
    if (key.kind !== "passkey") throw new IdentityError("KEY_UNKNOWN", "an SSH key lets nobody in");
    checkCounter(key, counter);
    return this.start(person, "passkey", false, undefined, { backedUp, counter, key: id });
  }

  /** Somebody who came by a link, or by a device that they confirmed, needs no password now. */
  async start(
    person: Person,
    method: Method,
    isToken: boolean,
    step?: number,
    more: Fact["details"] = {},
  ): Promise<SignedIn> {
    const { newId, nowMs, record, sealer } = this.#parts;
    const id = newId();
    const secret = isToken ? makeSecret("cst_") : `${makeSecret()}.${makeSecret()}`;
    const expires = new Date(nowMs() + (isToken ? COMMAND_LINE_MS : SESSION_MS)).toISOString();
    const assurance = ASSURANCES[method] ?? "password";
    const { name } = person;
    const shared = {
      ...more,
      assurance,
      expiresAt: expires,
      method,
      name,
      sealed: sealer.seal(id, { digest: digestOf(secret) }),
      user: person.id,
      ...(step === undefined ? undefined : { totpStep: step }),
    };
    const by: Principal = { ...selfOf(person), assurance, method };
    await record(
      isToken
        ? {
            details: { ...shared, kind: "person", name: "command line", token: id },
            level: "info",
            params: { kind: "person", name: "command line" },
            type: TOKEN_CREATED,
          }
        : {
            details: { ...shared, session: id },
            level: "info",
            params: { method, name },
            type: USER_SIGNED_IN,
          },
      by,
    );
    return { expires, id, secret };
  }

  /** It is no mistake to leave twice. */
  async signOut(by: Principal): Promise<void> {
    const { directory, record } = this.#parts;
    const { session } = by;
    if (session === undefined || !directory.state.sessions.has(session)) return;
    const details = { name: by.name, session, user: by.id };
    await record({ details, level: "info", params: { name: by.name }, type: USER_SIGNED_OUT }, by);
  }

  /** Signs another browser of one's own out. @throws IdentityError SESSION_UNKNOWN */
  async end(body: unknown, by: Principal): Promise<void> {
    const { directory, nowMs, record } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, "me.change");
    const { session } = readRequest(endRequest, body);
    if (directory.state.sessions.get(session)?.user !== principal.id)
      throw new IdentityError("SESSION_UNKNOWN", "there is no such session of yours");
    const { id: user, name } = principal;
    const details = { name, session, user };
    await record({ details, level: "info", params: { name }, type: USER_SIGNED_OUT }, principal);
  }

  #check(
    { lockedUntil, password, totp, totpStep, name }: Person,
    seen: string,
    step: number | undefined,
  ): void {
    if (password !== seen)
      throw new IdentityError("PASSWORD_CHANGED", "the password was changed meanwhile; try again");
    if (lockedUntil !== undefined && Date.parse(lockedUntil) > this.#parts.nowMs())
      throw new IdentityError("USER_LOCKED", `${name} is locked until ${lockedUntil}`);
    if (totp !== undefined && (step === undefined || step <= (totpStep ?? -1)))
      throw new IdentityError("CODE_WRONG", "each code counts once; wait for the next one");
  }
}
