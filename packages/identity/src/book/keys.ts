import {
  decodeBase64,
  importSshKey,
  PASSKEY_ALGORITHMS,
  parseAuthorizedKey,
  SignatureError,
} from "@custody/signatures";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import { isInForce, keyOf } from "../keys/key-of.ts";
import type { Person, PersonKey } from "../state/identity-state.ts";
import { USER_KEY_CONFIRMED, USER_KEY_ENROLLED, USER_KEY_REMOVED } from "../state/record-types.ts";
import type { BookParts } from "./book-parts.ts";
import type { Fact } from "./drafts.ts";
import { current, demand, demandRank, personOf } from "./permission.ts";
import { idSchema, nameSchema, readRequest } from "./requests.ts";

/** Whoever left a browser open has not enrolled the key of whoever comes by. */
const FRESH_MS = 10 * 60_000;
const KEYS_MAX = 20;

const text = (max: number) => z.string().min(1).max(max);

const enrolRequest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("passkey"),
    label: nameSchema,
    publicKey: z.base64().max(4096),
    algorithm: z.enum(PASSKEY_ALGORITHMS),
    credential: z.base64url().min(1).max(2048),
    rpId: text(255),
    origin: text(300),
    counter: z.number().int().nonnegative(),
    backupEligible: z.boolean(),
    backedUp: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("ssh-key"), label: nameSchema.optional(), line: text(20_000) }),
]);
const keyRequest = z.strictObject({ user: idSchema, key: idSchema });

/** What somebody is told of the key that they enrolled. */
export interface EnrolledKey {
  readonly key: string;
  readonly isInForce: boolean;
}

/** What people sign with: passkeys, which let them in as well, and SSH keys. */
export class Keys {
  readonly #parts: BookParts;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** One's own, shortly after signing in. @throws IdentityError SIGN_IN_STALE, KEY_TAKEN */
  async enrol(body: unknown, by: Principal): Promise<EnrolledKey> {
    const { directory, newId, nowMs, record } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, "me.change");
    this.#demandFresh(principal);
    const person = personOf(directory, principal.id);
    const asked = await keyDetails(readRequest(enrolRequest, body));
    this.#demandNew(person, asked.publicKey);
    const key = newId();
    const details = { ...asked, key, name: person.name, user: person.id };
    const params = { kind: asked.kind, label: asked.label, name: person.name };
    await record({ details, level: "warning", params, type: USER_KEY_ENROLLED }, principal);
    const now = personOf(directory, person.id);
    return { isInForce: isInForce(directory, now, keyOf(now, key)), key };
  }

  /** Says that a key is somebody else's: of one's own it would say nothing. */
  async confirm(body: unknown, by: Principal): Promise<void> {
    const { directory, nowMs, record } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, "users.change");
    const { key, person } = this.#find(body);
    if (person.id === principal.id)
      throw new IdentityError("NOT_PERMITTED", "somebody else has to confirm your key");
    const details = { ...aboutKey(person, key), by: principal.name, enrolment: key.enrolment };
    await record(
      { details, level: "warning", params: paramsOf(person, key), type: USER_KEY_CONFIRMED },
      principal,
    );
  }

  /** One's own, or anybody's for who may. */
  async remove(body: unknown, by: Principal): Promise<void> {
    const { directory, nowMs, record } = this.#parts;
    const principal = current(directory, by, nowMs());
    const { key, person } = this.#find(body);
    if (person.id === principal.id) demand(principal, "me.change");
    else {
      demand(principal, "users.change");
      demandRank(principal, person);
    }
    const details = aboutKey(person, key);
    await record(
      { details, level: "warning", params: paramsOf(person, key), type: USER_KEY_REMOVED },
      principal,
    );
  }

  #find(body: unknown): { readonly key: PersonKey; readonly person: Person } {
    const { key, user } = readRequest(keyRequest, body);
    const person = personOf(this.#parts.directory, user);
    return { key: keyOf(person, key), person };
  }

  #demandFresh({ session, token }: Principal): void {
    const { sessions, tokens } = this.#parts.directory.state;
    const found = tokens.get(token?.id ?? "");
    // A token that somebody made for a script is no sign-in.
    const since =
      found === undefined
        ? sessions.get(session ?? "")?.startedAt
        : found.method === "token"
          ? undefined
          : found.createdAt;
    if (since === undefined || this.#parts.nowMs() - Date.parse(since) > FRESH_MS)
      throw new IdentityError(
        "SIGN_IN_STALE",
        "sign in again first: a key is enrolled within ten minutes of that",
      );
  }

  #demandNew({ keys = [] }: Person, publicKey: unknown): void {
    const everybody = [...this.#parts.directory.state.people.values()];
    if (everybody.some((person) => person.keys?.some((key) => key.publicKey === publicKey)))
      throw new IdentityError("KEY_TAKEN", "this key is enrolled already");
    if (keys.length >= KEYS_MAX)
      throw new IdentityError("KEY_TAKEN", `nobody has more than ${KEYS_MAX} keys; remove one first`);
  }
}

type Enrolled = Fact["details"] & {
  readonly kind: string;
  readonly label: string;
  readonly publicKey: string;
};

async function keyDetails(asked: z.infer<typeof enrolRequest>): Promise<Enrolled> {
  if (asked.kind === "passkey") return asked;
  try {
    const { blob, comment } = parseAuthorizedKey(asked.line);
    await importSshKey(decodeBase64(blob));
    const label = asked.label ?? nameSchema.safeParse(comment).data ?? "SSH key";
    return { kind: asked.kind, label, publicKey: blob };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new IdentityError("REQUEST_INVALID", `line: ${error.message}`, { cause: error });
  }
}

function aboutKey({ id: user, name }: Person, { id: key, kind, label }: PersonKey) {
  return { key, kind, label, name, user };
}

function paramsOf({ name }: Person, { kind, label }: PersonKey) {
  return { kind, label, name };
}
