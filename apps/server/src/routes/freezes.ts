import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { FreezeInForce } from "../process/data-path.ts";
import { type ActRoute, addActRoutes } from "./act-route.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const freeze: z.ZodType<FreezeInForce> = z.strictObject({
  id: z.string(),
  target: z.string().exactOptional(),
  project: z.string().exactOptional(),
  reason: z.string(),
  by: z.string(),
  since: z.string(),
  until: z.string().exactOptional(),
});

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

const changes: readonly ActRoute[] = [
  {
    path: "/api/freeze",
    act: "freeze",
    permission: "freeze",
    summary: "Freeze a target, a project, or everything",
    answer: freeze,
  },
  {
    path: "/api/thaw",
    act: "thaw",
    permission: "thaw",
    summary: "Allow writes again; answers what was frozen",
    answer: freeze,
  },
];

/** A freeze holds from the next statement on, on every connection. */
export function freezeRoutes(api: Api, parts: RouteParts): void {
  api.get(
    "/api/freezes",
    {
      config: { act: "status.read" },
      schema: {
        response: { 200: z.strictObject({ freezes: z.array(freeze) }), ...problems },
        summary: "What is frozen",
      },
    },
    async (request) => ({
      freezes: (await parts.link.ask("administer", {
        act: "freezes",
        by: principalOf(request),
        request: {},
      })) as never,
    }),
  );
  addActRoutes(api, parts, changes);
}
