import { formatGrant, type Invited, type Person } from "@custody/identity";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { isLocal } from "../access/gatekeeper.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import type { IdentityAct } from "../process/data-path.ts";
import { pageOf, pageQuery } from "./pages.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const user = z.strictObject({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  createdAt: z.string(),
  /** Nobody signs in before they have a password. */
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
  /** As whom a provider knows them; an email, until they have come by it. */
  sso: z
    .union([
      z.strictObject({ email: z.string() }),
      z.strictObject({ issuer: z.string(), subject: z.string() }),
    ])
    .nullable(),
  lockedUntil: z.string().nullable(),
  removedAt: z.string().nullable(),
});

const roles = z.array(z.string().max(200)).max(100);
const params = z.strictObject({ id: z.string().min(1).max(64) });
const invited = z.strictObject({ url: z.string(), expires: z.string() });
const nothing = z.strictObject({});

/** People and their roles. The data path judges each change, since it knows what is in force when its turn comes. */
export function userRoutes(api: Api, parts: RouteParts): void {
  const { identities, link, origin, settings } = parts;
  const act = (name: IdentityAct, request: FastifyRequest, asked: object): Promise<unknown> =>
    link.ask("identity", { act: name, by: principalOf(request), request: asked });
  const linkOf = ({ expires, secret }: Invited) => ({ expires, url: `${origin()}/#invitation=${secret}` });
  api.get(
    "/api/users",
    {
      config: { act: "users.read" },
      schema: {
        querystring: pageQuery,
        response: {
          200: z.strictObject({ users: z.array(user), next: z.string().nullable() }),
          "4xx": errorBody,
        },
        summary: "Everybody there is and was, oldest first",
      },
    },
    async ({ query }) => {
      const { next, values } = pageOf([...identities.state.people.values()], query);
      return { next, users: values.map(userOf) };
    },
  );
  api.post(
    "/api/users",
    {
      config: { act: "users.change" },
      schema: {
        body: z.strictObject({ name: z.string().max(200), roles }),
        response: { 200: invited.extend({ user: z.string() }), "4xx": errorBody, "5xx": errorBody },
        summary: "Add somebody; the answer has a link with which they set a password, once, within a day",
      },
    },
    async (request) => {
      const added = (await act("add-user", request, request.body)) as Invited & { readonly user: string };
      return { ...linkOf(added), user: added.user };
    },
  );
  api.post(
    "/api/users/invite-owner",
    {
      config: { act: "users.invite-owner" },
      schema: {
        response: { 200: invited, "4xx": errorBody, "5xx": errorBody },
        summary: "A link that makes the first owner, once, within an hour",
      },
    },
    async (request) => linkOf((await act("invite-owner", request, {})) as Invited),
  );
  api.post(
    "/api/users/:id/recover",
    {
      config: { act: "users.recover-owner" },
      schema: {
        params,
        response: { 200: invited, "4xx": errorBody, "5xx": errorBody },
        summary:
          "A way back for an owner: a link that sets another password, once, within an hour; from this machine only",
      },
    },
    async (request) => {
      const { headers, ip: address, params } = request;
      if (!isLocal({ address, headers }))
        throw new HttpProblem("not-permitted", "an owner is let in again on Custody's own machine only");
      return linkOf((await act("recover-owner", request, { user: params.id })) as Invited);
    },
  );
  api.post(
    "/api/users/:id/roles",
    {
      config: { act: "users.change" },
      schema: {
        body: z.strictObject({ roles }),
        params,
        response: { 200: nothing, "4xx": errorBody, "5xx": errorBody },
        summary: "Give somebody these roles, and no others",
      },
    },
    async (request) => {
      await act("change-roles", request, { roles: request.body.roles, user: request.params.id });
      return {};
    },
  );
  api.post(
    "/api/users/:id/sso",
    {
      config: { act: "users.change" },
      schema: {
        body: z.strictObject({
          email: z.string().max(254).optional(),
          /** The configured one, unless given. */
          issuer: z.string().max(500).optional(),
          subject: z.string().max(255).optional(),
        }),
        params,
        response: { 200: nothing, "4xx": errorBody, "5xx": errorBody },
        summary: "Say by which email, or which subject, a provider knows somebody; with neither, by none",
      },
    },
    async (request) => {
      const { email, issuer = settings.oidc?.issuer, subject } = request.body;
      const known = { ...(email && { email }), ...(subject && { issuer, subject }) };
      await act("name-sso", request, { ...known, user: request.params.id });
      return {};
    },
  );
  api.post(
    "/api/users/:id/remove",
    {
      config: { act: "users.change" },
      schema: {
        params,
        response: { 200: nothing, "4xx": errorBody, "5xx": errorBody },
        summary: "Remove somebody, with every session and token",
      },
    },
    async (request) => {
      await act("remove-user", request, { user: request.params.id });
      return {};
    },
  );
  api.post(
    "/api/users/:id/reset-password",
    {
      config: { act: "users.change" },
      schema: {
        params,
        response: { 200: invited, "4xx": errorBody, "5xx": errorBody },
        summary: "A link with which somebody sets another password, once, within a day",
      },
    },
    async (request) => linkOf((await act("reset-password", request, { user: request.params.id })) as Invited),
  );
}

function userOf(person: Person): z.infer<typeof user> {
  const { createdAt, grants, id, lockedUntil = null, name, password, removedAt = null, totp } = person;
  const { ssoEmail, subject } = person;
  return {
    createdAt,
    hasPassword: password !== undefined,
    hasTotp: totp !== undefined,
    id,
    lockedUntil,
    name,
    removedAt,
    roles: grants.map(formatGrant),
    sso: subject ?? (ssoEmail === undefined ? null : { email: ssoEmail }),
  };
}
