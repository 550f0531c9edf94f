import { type AccessToken, type CreatedToken, formatGrant, MACHINE_KINDS, may } from "@custody/identity";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import { pageOf, pageQuery } from "./pages.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const kind = z.enum(["person", ...MACHINE_KINDS]);

const listed = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind,
  user: z.string(),
  userName: z.string(),
  /** Null: whatever its person has. */
  roles: z.array(z.string()).nullable(),
  method: z.string(),
  createdAt: z.string(),
  expires: z.string(),
});

/** Tokens of programs and of command lines. A token is shown once, when it is made. */
export function tokenRoutes(api: Api, { identities, link, nowMs }: RouteParts): void {
  api.get(
    "/api/tokens",
    {
      config: { act: "tokens.own" },
      schema: {
        querystring: pageQuery,
        response: {
          200: z.strictObject({ tokens: z.array(listed), next: z.string().nullable() }),
          "4xx": errorBody,
        },
        summary: "The tokens that hold: one's own, and everybody's for who may see them",
      },
    },
    async (request) => {
      const by = principalOf(request);
      const isShown = ({ expiresAt, user }: AccessToken) =>
        Date.parse(expiresAt) > nowMs() && (user === by.id || may(by, "tokens.any"));
      const { next, values } = pageOf([...identities.state.tokens.values()].filter(isShown), request.query);
      return {
        next,
        tokens: values.map((token) => listedOf(token, identities.person(token.user)?.name ?? "")),
      };
    },
  );
  api.post(
    "/api/tokens",
    {
      config: { act: "tokens.own" },
      schema: {
        body: z.strictObject({
          name: z.string().max(200),
          kind: kind.optional(),
          roles: z.array(z.string().max(200)).max(100).optional(),
          ttlMs: z.number().int().positive().optional(),
        }),
        response: {
          200: z.strictObject({ id: z.string(), token: z.string(), expires: z.string() }),
          "4xx": errorBody,
          "5xx": errorBody,
        },
        summary: "Make a token; no token may do more than the person who makes it",
      },
    },
    async (request) => {
      const asked = { act: "create-token", by: principalOf(request), request: request.body } as const;
      const { expires, secret, token } = (await link.ask("identity", asked)) as CreatedToken;
      return { expires, id: token, token: secret };
    },
  );
  api.post(
    "/api/tokens/:id/revoke",
    {
      config: { act: "tokens.own" },
      schema: {
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: { 200: z.strictObject({}), "4xx": errorBody, "5xx": errorBody },
        summary: "End a token, at once",
      },
    },
    async (request) => {
      const asked = { token: request.params.id };
      await link.ask("identity", { act: "revoke-token", by: principalOf(request), request: asked });
      return {};
    },
  );
}

function listedOf(token: AccessToken, userName: string): z.infer<typeof listed> {
  const { createdAt, expiresAt, grants, id, kind, method, name, user } = token;
  const roles = grants === undefined ? null : grants.map(formatGrant);
  return { createdAt, expires: expiresAt, id, kind, method, name, roles, user, userName };
}
