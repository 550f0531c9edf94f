import { z } from "zod";
import { makePageToken, PAGE_TOKEN_TTL_MS } from "../access/page-token.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

interface SignInCode {
  readonly code: string;
  readonly url: string;
  readonly expires: string;
}

/** How a page gets its token: the operator asks for a code, and the page exchanges it, once. */
export function signInRoutes(api: Api, parts: RouteParts): void {
  const { codes, nowMs, settings, signIns } = parts;
  api.post(
    "/api/sign-in-codes",
    {
      config: { act: "pages.open" },
      schema: {
        response: {
          200: z.strictObject({ code: z.string(), url: z.string(), expires: z.string() }),
          "4xx": errorBody,
        },
        summary: "A link that signs one browser in, once, within ten minutes",
      },
    },
    async () => makeSignInCode(parts),
  );
  api.post(
    "/api/sign-in",
    {
      config: { act: "public" },
      schema: {
        body: z.strictObject({ code: z.string().max(200) }),
        response: { 200: z.strictObject({ token: z.string(), expires: z.string() }), "4xx": errorBody },
        security: [],
        summary: "Exchange a code for a token that may read",
      },
    },
    async ({ body, ip }) => {
      if (!codes.use(body.code, nowMs())) {
        await signIns.refuseLink(ip);
        throw new HttpProblem(
          "token-refused",
          "this link was used already, or is too old; run `custody open`",
        );
      }
      const expiresMs = nowMs() + PAGE_TOKEN_TTL_MS;
      return { expires: new Date(expiresMs).toISOString(), token: makePageToken(settings.token, expiresMs) };
    },
  );
}

export function makeSignInCode({
  codes,
  nowMs,
  origin,
}: Pick<RouteParts, "codes" | "nowMs" | "origin">): SignInCode {
  const { code, expiresMs } = codes.make(nowMs());
  return { code, expires: new Date(expiresMs).toISOString(), url: `${origin()}/#code=${code}` };
}
