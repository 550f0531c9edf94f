import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import { pageOf, pageQuery } from "./pages.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const session = z.strictObject({
  id: z.string(),
  method: z.string(),
  startedAt: z.string(),
  /** As far as is known; never before it began. */
  usedAt: z.string(),
  expires: z.string(),
  /** The one that this is asked with. */
  isThis: z.boolean(),
});

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/** The browsers that somebody is signed in with. */
export function mySessionRoutes(api: Api, { identities, link, nowMs }: RouteParts): void {
  api.get(
    "/api/me/sessions",
    {
      config: { act: "me.read" },
      schema: {
        querystring: pageQuery,
        response: {
          200: z.strictObject({ sessions: z.array(session), next: z.string().nullable() }),
          ...problems,
        },
        summary: "The browsers that one is signed in with, oldest first",
      },
    },
    async (request) => {
      const { id: user, session: own } = principalOf(request);
      const { next, values } = pageOf(identities.sessionsOf(user, nowMs()), request.query);
      const sessions = values.map(({ expiresAt: expires, id, method, startedAt, usedMs }) => {
        const usedAt = new Date(usedMs).toISOString();
        return { expires, id, isThis: id === own, method, startedAt, usedAt };
      });
      return { next, sessions };
    },
  );
  api.post(
    "/api/me/sessions/:id/end",
    {
      config: { act: "me.change" },
      schema: {
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: { 200: z.strictObject({}), ...problems },
        summary: "Sign a browser of one's own out",
      },
    },
    async (request) => {
      const asked = { session: request.params.id };
      await link.ask("identity", { act: "end-session", by: principalOf(request), request: asked });
      return {};
    },
  );
}
