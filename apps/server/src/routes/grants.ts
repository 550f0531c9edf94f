import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { GrantInForce } from "../process/data-path.ts";
import { type ActRoute, addActRoutes } from "./act-route.ts";
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

const changes: readonly ActRoute[] = [
  {
    path: "/api/grants",
    act: "grant",
    permission: "holds.decide",
    summary: "Let a session do named things to named objects for some minutes",
    answer: grant,
  },
  {
    path: "/api/grants/end",
    act: "end-grant",
    permission: "holds.decide",
    summary: "End a grant before its time",
    answer: grant,
  },
];

/** What sessions may do for some minutes without asking each time: named verbs, to named objects. */
export function grantRoutes(api: Api, parts: RouteParts): void {
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
      grants: (await parts.link.ask("administer", {
        act: "grants",
        by: principalOf(request),
        request: {},
      })) as never,
    }),
  );
  addActRoutes(api, parts, changes);
}
