import { z } from "zod";
import { formatGrant, grantsSchema, isWithin } from "../access/grants.ts";
import { MACHINE_KINDS, may, type Principal } from "../access/principal.ts";
import { IdentityError } from "../error.ts";
import { digestOf, makeSecret } from "../secrets/one-time-secret.ts";
import { TOKEN_CREATED, TOKEN_REVOKED } from "../state/record-types.ts";
import type { BookParts } from "./book-parts.ts";
import { current, demand } from "./permission.ts";
import { idSchema, nameSchema, readRequest } from "./requests.ts";

export interface CreatedToken {
  readonly token: string;
  /** Told once. */
  readonly secret: string;
  readonly expires: string;
}

const DAY_MS = 86_400_000;
const TTL_MS_DEFAULT = 90 * DAY_MS;
const TTL_MS_MAX = 366 * DAY_MS;

const createRequest = z.strictObject({
  name: nameSchema,
  kind: z.enum(["person", ...MACHINE_KINDS]).default("agent"),
  roles: grantsSchema.optional(),
  ttlMs: z.number().int().min(1000).max(TTL_MS_MAX, "a token holds at most a year").default(TTL_MS_DEFAULT),
});
const revokeRequest = z.strictObject({ token: idSchema });

/** Tokens for programs, and for people's command lines. */
export class Tokens {
  readonly #parts: BookParts;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  /** @throws IdentityError NOT_PERMITTED */
  async create(body: unknown, by: Principal): Promise<CreatedToken> {
    const { directory, newId, nowMs, record, sealer } = this.#parts;
    const principal = current(directory, by, nowMs());
    demand(principal, "tokens.own");
    if (directory.person(principal.id) === undefined)
      throw new IdentityError("NOT_PERMITTED", "a token belongs to a person; sign in as one");
    const { kind, name, roles = principal.grants, ttlMs } = readRequest(createRequest, body);
    const excess = roles.find((grant) => !isWithin(grant, principal.grants));
    if (excess !== undefined)
      throw new IdentityError(
        "NOT_PERMITTED",
        `you cannot give ${formatGrant(excess)}: it is more than you have`,
      );
    const token = newId();
    const secret = makeSecret("cst_");
    const expires = new Date(nowMs() + ttlMs).toISOString();
    const details = {
      assurance: "token",
      expiresAt: expires,
      kind,
      method: "token",
      name,
      roles: roles.map(formatGrant),
      sealed: sealer.seal(token, { digest: digestOf(secret) }),
      token,
      user: principal.id,
    };
    await record({ details, level: "warning", params: { kind, name }, type: TOKEN_CREATED }, principal);
    return { expires, secret, token };
  }

  /** One's own, or anybody's for who may. @throws IdentityError TOKEN_UNKNOWN */
  async revoke(body: unknown, by: Principal): Promise<void> {
    const { directory, nowMs, record } = this.#parts;
    const principal = current(directory, by, nowMs());
    const id = readRequest(revokeRequest, body).token;
    const token = directory.state.tokens.get(id);
    const isMine = token?.user === principal.id && may(principal, "tokens.own");
    if (token === undefined || !(isMine || may(principal, "tokens.any")))
      throw new IdentityError("TOKEN_UNKNOWN", `there is no token ${JSON.stringify(id)}`);
    const { name, user } = token;
    const details = { name, token: id, user };
    await record({ details, level: "warning", params: { name }, type: TOKEN_REVOKED }, principal);
  }
}
