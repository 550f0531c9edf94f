import type { SignedIn } from "@custody/identity";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { endedCookie, sessionCookie } from "../access/session-cookie.ts";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

/** What a page gets: the key of its session, whose other half is the cookie. */
export const signedInPage: z.ZodType<{ readonly key: string; readonly expires: string }> = z.strictObject({
  key: z.string(),
  expires: z.string(),
});

const token = z.strictObject({ token: z.string(), expires: z.string() });

const credentials = z.strictObject({
  name: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
  code: z.string().max(20).optional(),
});

/** How people come in with what they know, and how they leave. */
export function passwordSignInRoutes(api: Api, parts: RouteParts): void {
  const { link, settings, signIns } = parts;
  const signIn = async (request: FastifyRequest, given: z.infer<typeof credentials>, isToken: boolean) => {
    const recognised = await signIns.recognise(given, request.ip);
    // Nobody is signed in yet: who it is stands in the request, and is looked at once more.
    const by = { assurance: "password", grants: [], id: recognised.user, kind: "person" } as const;
    return (await link.ask("identity", {
      act: "sign-in",
      by: { ...by, method: "password", name: given.name },
      request: { ...recognised, isToken },
    })) as SignedIn;
  };
  api.post(
    "/api/sign-in/password",
    {
      config: { act: "public" },
      schema: {
        body: credentials,
        response: { 200: signedInPage, "4xx": errorBody, "5xx": errorBody },
        security: [],
        summary: "Sign a browser in; the answer sets one half of its session as a cookie",
      },
    },
    async (request, reply) => givePage(parts, request, reply, await signIn(request, request.body, false)),
  );
  api.post(
    "/api/sign-in/token",
    {
      config: { act: "public" },
      schema: {
        body: credentials,
        response: { 200: token, "4xx": errorBody, "5xx": errorBody },
        security: [],
        summary: "Sign a command line in: a token for twelve hours",
      },
    },
    async (request) => {
      const { expires, secret } = await signIn(request, request.body, true);
      return { expires, token: secret };
    },
  );
  api.post(
    "/api/sign-out",
    {
      config: { act: "me.read" },
      schema: {
        response: { 200: z.strictObject({}), "4xx": errorBody, "5xx": errorBody },
        summary: "End the session, or the token, that this is asked with",
      },
    },
    async (request, reply) => {
      const by = principalOf(request);
      const { token } = by;
      if (token === undefined) await link.ask("identity", { act: "sign-out", by, request: {} });
      // A program's token is not given up by leaving.
      else if (by.kind === "person")
        await link.ask("identity", { act: "revoke-token", by, request: { token: token.id } });
      reply.header("set-cookie", endedCookie(settings, request.headers.host));
      return {};
    },
  );
}

/** Gives the halves of a new session: one as a cookie, the other as the answer. Whatever came before is no session. */
export function givePage(
  { nowMs, settings }: Pick<RouteParts, "nowMs" | "settings">,
  request: FastifyRequest,
  reply: FastifyReply,
  { expires, secret }: SignedIn,
): { readonly key: string; readonly expires: string } {
  const [cookie = "", key = ""] = secret.split(".");
  const seconds = Math.max(0, Math.floor((Date.parse(expires) - nowMs()) / 1000));
  reply.header("set-cookie", sessionCookie(settings, request.headers.host, cookie, seconds));
  return { expires, key };
}
