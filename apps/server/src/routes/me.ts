import {
  ACTS,
  checkPassword,
  formatGrant,
  makeTotpSecret,
  may,
  otpauthUri,
  type Person,
} from "@custody/identity";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { asPersonProblem } from "../http/identity-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import { enrolledStep } from "./invitations.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const me = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  method: z.string(),
  assurance: z.string(),
  roles: z.array(z.string()),
  acts: z.array(z.string()),
  expires: z.string().nullable(),
  token: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  /** Without one there is nothing to change, and no second factor for it. */
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
});

const password = z.string().min(1).max(1024);

/** Who asks, and what they sign in with. */
export function meRoutes(api: Api, parts: RouteParts): void {
  const { identities, link, nowMs, signIns } = parts;
  api.get(
    "/api/me",
    {
      config: { act: "me.read" },
      schema: { response: { 200: me, "4xx": errorBody }, summary: "Who asks, and what they may do" },
    },
    async (request) => {
      const principal = principalOf(request);
      const { assurance, expiresAt = null, grants, id, kind, method, name, token = null } = principal;
      return {
        acts: ACTS.filter((act) => may(principal, act)),
        assurance,
        expires: expiresAt,
        hasPassword: identities.person(id)?.password !== undefined,
        hasTotp: identities.person(id)?.totp !== undefined,
        id,
        kind,
        method,
        name,
        roles: grants.map(formatGrant),
        token,
      };
    },
  );
  api.post(
    "/api/me/password",
    {
      config: { act: "me.change" },
      schema: {
        body: z.strictObject({ password, next: password }),
        response: { 200: z.strictObject({}), "4xx": errorBody, "5xx": errorBody },
        summary: "Change one's password, which ends every session and command line of one's own",
      },
    },
    async (request) => {
      const person = personOf(parts, request);
      const { next, password: before } = request.body;
      const seen = await signIns.confirm(person, before, request.ip);
      asPersonProblem(() => checkPassword(next, person.name));
      const verifier = await signIns.passwords.makeVerifier(next);
      const changed = { password: verifier, seen };
      await link.ask("identity", { act: "set-password", by: principalOf(request), request: changed });
      return {};
    },
  );
  api.post(
    "/api/me/totp/offer",
    {
      config: { act: "me.change" },
      schema: {
        response: { 200: z.strictObject({ secret: z.string(), uri: z.string() }), "4xx": errorBody },
        summary: "A second factor to enrol; nothing is kept of it until it is",
      },
    },
    async (request) => {
      const secret = makeTotpSecret();
      return { secret, uri: otpauthUri(secret, principalOf(request).name, "Custody") };
    },
  );
  api.post(
    "/api/me/totp",
    {
      config: { act: "me.change" },
      schema: {
        body: z.strictObject({
          password,
          totp: z.strictObject({ secret: z.string().max(64), code: z.string().max(20) }).nullable(),
        }),
        response: { 200: z.strictObject({}), "4xx": errorBody, "5xx": errorBody },
        summary: "Enrol another second factor, or take it away",
      },
    },
    async (request) => {
      const { password: given, totp } = request.body;
      const seen = await signIns.confirm(personOf(parts, request), given, request.ip);
      const enrolled = totp === null ? undefined : { secret: totp.secret, step: enrolledStep(totp, nowMs()) };
      const changed = { seen, totp: enrolled };
      await link.ask("identity", { act: "change-totp", by: principalOf(request), request: changed });
      return {};
    },
  );
}

function personOf({ identities }: RouteParts, request: FastifyRequest): Person {
  const person = identities.person(principalOf(request).id);
  if (person === undefined) throw new HttpProblem("not-permitted", "only people sign in with a password");
  return person;
}
