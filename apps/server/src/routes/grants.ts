import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { GrantInForce } from "../process/data-path.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const grant: z.ZodType<GrantInForce> = z.strictObject({
  id: z.string(),
  target: z.string(),
  session: z.string(),
  project: z.string(),
  verbs: z.array(z.string()),
  objects: z.array(z.string()),
  by: z.strictObject({
    assurance: z.enum(["token", "password", "sso", "passkey"]),
    id: z.string(),
    method: z.string(),
    name: z.string(),
  }),
  reason: z.string(),
  since: z.string(),
  until: z.string(),
});

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/** What sessions may do for some minutes without asking each time: named verbs, to named objects. */
export function grantRoutes(api: Api, { link }: RouteParts): void {
  api.get(
    "/api/grants",
    {
      config: { act: "holds.read" },
      schema: {
        response: { 200: z.strictObject({ grants: z.array(grant) }), ...problems },
        summary: "The grants in force",
      },
    },
    async (request) => ({
      grants: (await link.ask("administer", {
        act: "grants",
        by: principalOf(request),
        request: {},
      })) as never,
    }),
  );
  for (const [path, act, summary] of [
    ["/api/grants", "grant", "Let a session do named things to named objects for some minutes"],
    ["/api/grants/end", "end-grant", "End a grant before its time"],
  ] as const) {
    api.post(
      path,
      {
        config: { act: "holds.decide" },
        // The data path reads it, since it knows the sessions.
        schema: { body: z.looseObject({}), response: { 200: grant, ...problems }, summary },
      },
      (request) =>
        link.ask("administer", { act, by: principalOf(request), request: request.body }) as Promise<never>,
    );
  }
}
