import type { SignedIn } from "@custody/identity";
import { z } from "zod";
import { cookieOf, setCookie } from "../access/cookie.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { SsoError, type SsoErrorCode } from "../sso/error.ts";
import type { KnownPerson, Returned, SsoDesk } from "../sso/sso-desk.ts";
import { TICKET_TTL_MS } from "../sso/tickets.ts";
import type { RouteParts } from "./parts.ts";
import { givePage, signedInPage } from "./password-sign-in.ts";
import { errorBody } from "./schemas.ts";

const COOKIE = "custody-sign-in";

/** Nobody has shown anything wrong: the provider was down, or let nobody in. */
const HARMLESS: ReadonlySet<SsoErrorCode> = new Set(["SSO_CANCELLED", "SSO_PROVIDER_UNREACHABLE"]);

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/**
 * How people come in whom a provider of OpenID Connect knows. It sends the browser back to the page, and the page asks on from
 * there, so that no request of another website is let in for it, and the page gets its half of the session.
 */
export function ssoSignInRoutes(api: Api, parts: RouteParts): void {
  const { link, settings, sso } = parts;
  api.post(
    "/api/sign-in/oidc/start",
    {
      config: { act: "public" },
      schema: {
        response: { 200: z.strictObject({ url: z.string(), key: z.string() }), ...problems },
        security: [],
        summary:
          "Where to sign in at the provider, within ten minutes; sets one half of the way back as a cookie",
      },
    },
    async ({ headers: { host } }, reply) => {
      const { cookie, key, url } = await asProblem(() => demandSso(sso).begin());
      const seconds = TICKET_TTL_MS / 1000;
      reply.header("set-cookie", setCookie(settings, host, { name: COOKIE, seconds, value: cookie }));
      return { key, url };
    },
  );
  api.post(
    "/api/sign-in/oidc",
    {
      config: { act: "public" },
      schema: {
        body: z.strictObject({ answer: z.string().max(16_000), key: z.string().max(200) }),
        response: { 200: signedInPage, ...problems },
        security: [],
        summary:
          "Sign a browser in that comes back from the provider: the query that it came with, and the key",
      },
    },
    async (request, reply) => {
      const { host, cookie: shown } = request.headers;
      const cookie = cookieOf(shown, COOKIE) ?? "";
      // Whoever is turned away here keeps both halves, and comes again with them.
      demandSso(sso).checkRoom(request.ip);
      reply.header("set-cookie", setCookie(settings, host, { name: COOKIE, seconds: 0, value: "" }));
      const found = await recognise(parts, { ...request.body, address: request.ip, cookie });
      const by = { assurance: "sso", grants: [], kind: "person", method: "sso" } as const;
      const done = await link.ask("identity", {
        act: "sign-in-sso",
        by: { ...by, id: found.user, name: found.name },
        request: found.request,
      });
      return givePage(parts, request, reply, done as SignedIn);
    },
  );
}

/** What is refused is on record and counted, like a wrong link. @throws HttpProblem */
async function recognise({ signIns, sso }: RouteParts, returned: Returned): Promise<KnownPerson> {
  return asProblem(async () => {
    try {
      return await demandSso(sso).finish(returned);
    } catch (error) {
      if (error instanceof SsoError && !HARMLESS.has(error.code)) await signIns.refuseLink(returned.address);
      throw error;
    }
  });
}

/** @throws HttpProblem not-found */
function demandSso(sso: SsoDesk | undefined): SsoDesk {
  if (sso !== undefined) return sso;
  throw new HttpProblem("not-found", "no provider is configured: signIn.oidc in custody.yaml");
}

/** @throws HttpProblem */
async function asProblem<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SsoError)) throw error;
    const code = error.code === "SSO_PROVIDER_UNREACHABLE" ? "sso-unreachable" : "sign-in-refused";
    throw new HttpProblem(code, `${error.message} (${error.code})`);
  }
}
